//! One typical dataset of a municipal portal: raw text to values, values to triples.
//!
//! Aims: mapping and settling its agents under 50 µs together, writing under 100 µs. `cargo bench -p moisson-dcat`.

use std::hint::black_box;

use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use moisson_dcat::draft::{AgentSaid, ContactSaid, Defaults, Draft, said};
use moisson_dcat::party::{Rules, settle};
use moisson_dcat::write::{Naming, write};
use moisson_dcat::{Iri, Mapped};

/// The allocator of the program.
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

const DESCRIPTION: &str = "<p>Localisation des arbres de la ville, avec <b>genre</b>, esp&egrave;ce et date de plantation.</p>\
    <p>Mise à jour chaque année, voir <a href=\"https://ville.example/arbres\">la notice</a>. Les coordonnées sont en WGS 84. \
    Les arbres des copropriétés ne sont pas recensés.</p><ul><li>genre</li><li>espèce</li><li>hauteur</li></ul>";

const FORMATS: [&str; 5] = ["CSV", "JSON", "GeoJSON", "Shapefile (zip)", "application/vnd.ms-excel"];

fn map(defaults: &Defaults) -> Mapped {
    let mut draft = Draft::dataset(defaults);
    draft
        .title(said("title", "Arbres d’alignement de la ville"))
        .description(said("notes", DESCRIPTION))
        .keywords(said("tags", "arbres, nature en ville; patrimoine arboré|espaces verts"))
        .theme(said("theme", "Environnement, Aménagement du territoire"))
        .license(said("license_url", "https://www.etalab.gouv.fr/licence-ouverte-open-licence"))
        .accrual_periodicity(said("frequency", "Mise à jour annuelle"))
        .language(said("language", "fr"))
        .issued(said("created", "05/03/2020"))
        .modified(said("modified", "2024-03-05T10:00:00.123456"))
        .temporal_text(said("temporal", "2009-2012"))
        .spatial_bbox(said("bbox", "-1.75, 48.08, -1.62, 48.15"))
        .spatial_text(said("spatial", "Rennes"))
        .publisher(AgentSaid {
            name: vec![said("organization/title", "Ville de Rennes")],
            email: Some(said("organization/email", "opendata@ville.example")),
            identifier: vec![said("organization/siret", "21350238800019")],
            ..AgentSaid::default()
        })
        .contact_point(&ContactSaid {
            name: vec![said("maintainer", "Service des données")],
            email: vec![said("maintainer_email", "donnees@ville.example")],
            ..ContactSaid::default()
        })
        .landing_page(said("url", "https://data.ville.example/dataset/arbres"))
        .identifier(said("id", "5b1b7c1e-53f4-4c1a-9a45-0a9d7b8c0d21"))
        .extra(said("extras/granularite", "arbre"));
    for (n, format) in FORMATS.iter().enumerate() {
        let url = format!("https://data.ville.example/dataset/arbres/resource/{n}/download/arbres.{n}");
        let place = format!("resources/{n}/url");
        draft
            .distribution(Some(&format!("res-{n}")))
            .title(said("name", "Arbres"))
            .download_url(said(&place, &url))
            .format(said("format", format))
            .byte_size(said("size", "123456"))
            .modified(said("last_modified", "2024-03-05T10:00:00"));
    }
    draft.finish()
}

fn bench(criterion: &mut Criterion) {
    let defaults = Defaults { language: Some("fr".to_owned()), ..Defaults::default() };
    criterion.bench_function("map", |b| b.iter(|| map(black_box(&defaults))));
    let mapped = map(&defaults);
    let rules = Rules::default();
    criterion.bench_function("settle", |b| {
        b.iter_batched(
            || mapped.clone(),
            |mut mapped| settle(&mut mapped, black_box(&rules), "rennes").map(|()| mapped),
            BatchSize::SmallInput,
        );
    });
    let Ok(base) = Iri::new("https://data.region.example") else { return };
    let naming = Naming { base: &base, source: "rennes", record_id: "arbres" };
    criterion.bench_function("write", |b| b.iter(|| write(black_box(&mapped.resource), &naming)));
}

criterion_group!(benches, bench);
criterion_main!(benches);
