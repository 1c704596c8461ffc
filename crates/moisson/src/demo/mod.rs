//! What `moisson demo` shows: bundled sample portals and the configuration that harvests them.

mod portals;

use std::net::SocketAddr;

pub use portals::{router, sources};

/// The demo's `moisson.toml`.
pub fn configuration(served_at: SocketAddr, portals_at: SocketAddr) -> String {
    format!(
        r#"# Written by `moisson demo`; `moisson init` writes one to start from.
data = "data"

[portal]
base = "http://{served_at}"
title = {{ fr = "Moisson, portail de démonstration", nl = "Moisson, demoportaal", de = "Moisson, Demoportal", en = "Moisson, demo portal" }}
description = {{ fr = "Six communes inventées, quatre sortes de sources.", nl = "Zes verzonnen gemeenten, vier soorten bronnen.", de = "Sechs erfundene Gemeinden, vier Arten von Quellen.", en = "Six invented communes, four kinds of sources." }}

[portal.publisher]
name = "Moisson"
homepage = "http://{served_at}/"

[schedule]
max_runs = 6
jitter_seconds = 0

[serve]
address = "{served_at}"
{}"#,
        sources(portals_at)
    )
}

/// What a newcomer should open next.
pub fn what_to_look_at(served_at: SocketAddr) -> String {
    let base = format!("http://{served_at}");
    format!(
        "\nThe portal is at {base}/ (Ctrl-C stops it). Look at\n\
         \n  a search            {base}/?q=velo\
         \n  a search as JSON    {base}/api/datasets?q=v%C3%A9los&facets=theme,format\
         \n  a dataset           {base}/id/dataset/pays-de-lisse/{DATASET}\
         \n  the same as Turtle  {base}/id/dataset/pays-de-lisse/{DATASET}.ttl\
         \n  one with a copy     {base}/id/dataset/vieux-moulin/vm-01\
         \n  the catalogue       {base}/catalog.ttl\
         \n  SPARQL              {base}/sparql\
         \n\n  curl '{base}/sparql' --data-urlencode 'query=PREFIX dcat: <http://www.w3.org/ns/dcat#> SELECT ?theme (COUNT(?d) AS ?n) \
         {{ ?d a dcat:Dataset ; dcat:theme ?theme }} GROUP BY ?theme ORDER BY DESC(?n)' -H 'Accept: text/csv'"
    )
}

/// The id of a dataset of the sample CKAN that shows most of what a record can have.
const DATASET: &str = "f66d2710-ebab-5518-9ce5-a280760c439b";
