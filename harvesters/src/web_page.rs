//! A municipality's own site: schema.org in its pages, plain pages of links to files, or an SCDL catalogue.
//!
//! Specifications: [schema.org Dataset](https://schema.org/Dataset) with
//! [Google's](https://developers.google.com/search/docs/appearance/structured-data/dataset) and
//! [ESIP's](https://github.com/ESIPFed/science-on-schema.org) guidance, [sitemaps](https://www.sitemaps.org/protocol.html),
//! [SCDL catalogue](https://schema.data.gouv.fr/scdl/catalogue/).
//!
//! The body of a record is a JSON object with all that was read of it, so that mapping needs nothing else.

mod address;
mod attributes;
mod content;
mod context;
mod dates;
mod formats;
mod html;
mod json_ld;
mod label;
mod links;
mod listing;
mod map;
mod mend;
mod microdata;
mod nodes;
mod options;
mod outline;
mod rdfa;
mod record;
mod scdl;
mod site;
mod sitemap;
mod steps;
#[cfg(test)]
mod tests;
mod text;

use jiff::Timestamp;
use moisson_dcat::Mapped;
use moisson_harvest::{
    About, ConfigError, Failure, Found, Harvester, Listing, Method, Page, Plan, ReadError, Record, Reply,
    Request, Source, Unmappable,
};

use self::{
    options::{Mode, Options},
    site::Visit,
    steps::SitemapMemory,
};

/// The `web-page` harvester.
#[derive(Debug, Clone, Copy)]
pub struct WebPage;

impl Harvester for WebPage {
    fn name(&self) -> &'static str {
        "web-page"
    }

    fn about(&self) -> About {
        About {
            title: "Web pages: schema.org, links to files, SCDL catalogue",
            summary: "Reads a site's own pages: schema.org datasets (JSON-LD, microdata, RDFa) behind a sitemap or a list of pages, \
                      plain pages of links to data files, or an SCDL catalogue in CSV.",
            specification: "https://schema.org/Dataset",
            example: EXAMPLE,
            options: options::OPTIONS,
        }
    }

    fn plan(&self, source: &Source, since: Option<Timestamp>) -> Result<Plan, ConfigError> {
        let options = Options::of(source)?;
        let step = match options.mode {
            Mode::Auto | Mode::SchemaOrg => steps::START,
            Mode::Links => steps::LINKS,
            Mode::Scdl => steps::SCDL,
        };
        let reads_sitemap =
            matches!(options.mode, Mode::Auto | Mode::SchemaOrg) && source.url.path().contains("sitemap");
        let since = since.filter(|_| options.sitemap.is_some() || reads_sitemap);
        let memory = SitemapMemory { since, ..SitemapMemory::default() };
        let first = match &options.sitemap {
            Some(sitemap) => steps::remembering(steps::SITEMAP_STEP, sitemap.clone(), &memory),
            None if since.is_some() => steps::remembering(steps::SITEMAP_STEP, source.url.clone(), &memory),
            None => steps::plain(step, source.url.clone()),
        };
        let others = options.pages.iter().map(|page| steps::plain(step, page.clone()));
        let listing = if since.is_some() { Listing::Changes } else { Listing::Whole };
        Ok(Plan { start: std::iter::once(first).chain(others).collect(), listing })
    }

    fn read(
        &self,
        source: &Source,
        reply: &Reply<'_>,
        emit: &mut dyn FnMut(Found),
    ) -> Result<Page, ReadError> {
        let options = Options::of(source).map_err(|error| ReadError {
            expected: "options that can be used".to_owned(),
            found: error.to_string(),
            place: String::new(),
            hint: "run `moisson check`".to_owned(),
        })?;
        if reply.body.is_empty() && reply.request.method != Method::Head {
            return Err(ReadError {
                expected: "a page, a sitemap or a table".to_owned(),
                found: "nothing".to_owned(),
                place: String::new(),
                hint: "the site may be down or the reply cut short; run the harvest again later".to_owned(),
            });
        }
        Visit::new(source, &options, reply).read(emit)
    }

    fn instead(&self, source: &Source, request: &Request, failure: &Failure) -> Vec<Request> {
        site::instead(source, request, failure)
    }

    fn map(&self, source: &Source, record: &Record) -> Result<Mapped, Unmappable> {
        map::map(source, record)
    }
}

const EXAMPLE: &str = r#"[[source]]
name = "ville-de-digne"
kind = "web-page"
url = "https://www.ville.example/open-data"
language = "fr"

[source.options]
mode = "links"
item = "div.jeu-de-donnees"
title = "h3"
description = "p.resume"
date = "span.maj"
"#;
