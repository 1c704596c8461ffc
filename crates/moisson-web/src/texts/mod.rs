//! What the pages say, in four languages.
//!
//! One table per language with the same fields, so that a text missing in one of them does not compile. Words in
//! braces, such as `{n}`, are filled in by [`fill`].

mod de;
mod en;
pub(crate) mod format;
mod fr;
mod nl;
pub(crate) mod properties;
pub(crate) mod remarks;

use crate::Language;

/// Declares the table's type from its keys.
macro_rules! table {
    ($($(#[$attribute:meta])* $key:ident,)*) => {
        /// All texts in one language.
        #[derive(Debug)]
        pub(crate) struct Texts {
            $($(#[$attribute])* pub(crate) $key: &'static str,)*
        }

        impl Texts {
            /// Keys and texts, for the tests.
            #[cfg(test)]
            pub(crate) fn entries(&self) -> Vec<(&'static str, &'static str)> {
                vec![$((stringify!($key), self.$key),)*]
            }
        }
    };
}

table! {
    // Every page.
    skip_to_content,
    nav_label,
    nav_datasets,
    nav_sources,
    nav_query,
    nav_api,
    nav_about,
    language_label,
    footer_catalogue,
    footer_made_with,
    untitled,
    // Search.
    home_title,
    search_label,
    search_hint,
    search_button,
    sort_label,
    sort_relevance,
    sort_modified,
    sort_issued,
    sort_title,
    results_title,
    results_for,
    results_none,
    results_one,
    results_many,
    filters_title,
    filters_go,
    filters_active,
    filter_remove,
    filters_clear,
    filter_area,
    facet_source,
    facet_publisher,
    facet_theme,
    facet_format,
    facet_license,
    facet_language,
    facet_conforms,
    facet_frequency,
    facet_keyword,
    facet_spatial,
    facet_access_rights,
    facet_remark,
    facet_hvd,
    facet_hvd_category,
    yes,
    no,
    conforms_none,
    results_fuzzy,
    keyword_search,
    facet_kind,
    facet_more,
    facet_selected,
    kind_dataset,
    kind_series,
    kind_service,
    modified_title,
    modified_from,
    modified_to,
    modified_on,
    apply,
    page_first,
    page_next,
    pages_label,
    empty_title,
    empty_spelling,
    empty_fewer_words,
    empty_fewer_filters,
    empty_everything,
    catalogue_empty_title,
    catalogue_empty_text,
    cursor_invalid,
    // Dataset.
    original_page,
    distributions_title,
    distributions_none,
    distribution_download,
    distribution_open,
    distribution_untitled,
    column_file,
    column_format,
    column_size,
    column_license,
    column_get,
    service_endpoint,
    about_dataset_title,
    freshness_counts,
    freshness_late,
    freshness_on_time,
    other_languages,
    coverage_from_to,
    coverage_from,
    coverage_to,
    map_alternative,
    extra_title,
    extra_intro,
    quality_title,
    quality_good,
    quality_intro,
    quality_left_out,
    severity_violation,
    severity_warning,
    severity_info,
    times_one,
    times_many,
    conforms_profile,
    conforms_not_profile,
    remarks_title,
    remarks_intro,
    provenance_title,
    provenance_source,
    provenance_id,
    provenance_iri,
    provenance_listed,
    provenance_changed,
    provenance_raw,
    provenance_raw_link,
    provenance_explain,
    provenance_at_source,
    provenance_catalog,
    provenance_copy_of,
    copies_one,
    copies_many,
    copies_title,
    copies_this_is_it,
    copies_other_is_it,
    copies_authority,
    history_title,
    history_new,
    history_changed,
    history_back,
    history_gone,
    history_more_one,
    history_more_many,
    machine_title,
    machine_intro,
    removed_title,
    removed_text,
    // Sources.
    sources_title,
    sources_intro,
    sources_none,
    column_source,
    column_kind,
    column_state,
    column_datasets,
    column_last_run,
    column_next_run,
    column_started,
    column_duration,
    column_outcome,
    column_new,
    column_changed,
    column_unchanged,
    column_gone,
    column_held_back,
    column_failed,
    state_whole,
    state_partial,
    state_failed,
    state_never,
    state_running,
    state_disabled,
    state_paused,
    source_paused,
    source_waiting,
    next_run_none,
    never,
    source_address,
    source_schedule,
    source_search,
    runs_title,
    runs_none,
    run_sentence,
    run_held_back,
    run_failed_records,
    run_title,
    run_revalidation,
    run_remapping,
    run_decision,
    run_interrupted,
    run_counts_title,
    run_column_back,
    run_column_seen,
    run_column_total,
    run_column_conforms,
    run_conforms,
    run_requests,
    run_bytes,
    run_errors_title,
    run_notes_title,
    run_remarks_title,
    run_aside_title,
    run_data,
    // About.
    about_title,
    about_counts,
    about_how_title,
    about_how,
    about_publisher_title,
    about_contact,
    about_data_title,
    about_data_intro,
    about_search_api,
    about_sparql,
    about_feed,
    about_formats,
    about_health,
    about_licence_title,
    about_licence,
    // Things that are no datasets.
    thing_statements,
    thing_property,
    thing_value,
    thing_part_of,
    // SPARQL.
    sparql_title,
    sparql_intro,
    sparql_label,
    sparql_run,
    sparql_running,
    sparql_examples,
    sparql_result,
    sparql_rows_one,
    sparql_rows_many,
    sparql_shown,
    sparql_cut,
    sparql_true,
    sparql_false,
    sparql_failed,
    sparql_download,
    sparql_limits,
    sparql_example_newest,
    sparql_example_themes,
    sparql_example_formats,
    sparql_example_findings,
    sparql_example_remarks,
    sparql_example_describe,
    // The check of documents.
    nav_validate,
    validate_title,
    validate_intro,
    validate_private,
    validate_url_label,
    validate_url_hint,
    validate_file_label,
    validate_file_hint,
    validate_text_label,
    validate_text_hint,
    validate_way,
    validate_way_hint,
    validate_profiles,
    validate_profiles_hint,
    validate_lenient,
    validate_button,
    validate_result,
    validate_failed,
    validate_documents,
    validate_findings,
    validate_again,
    validate_good,
    validate_rule,
    validate_api,
    validate_shown,
    // Errors.
    error_not_found_title,
    error_not_found_text,
    error_request_title,
    error_busy_title,
    error_busy_text,
    error_internal_title,
    error_internal_text,
    error_details,
    error_home,
}

impl Texts {
    /// The table of a language.
    pub(crate) const fn of(language: Language) -> &'static Self {
        match language {
            Language::Fr => &fr::TEXTS,
            Language::Nl => &nl::TEXTS,
            Language::De => &de::TEXTS,
            Language::En => &en::TEXTS,
        }
    }
}

/// Puts values in the place of words in braces.
pub(crate) fn fill(template: &str, values: &[(&str, &str)]) -> String {
    let mut out = String::with_capacity(template.len() + 32);
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        match after.split_once('}') {
            Some((name, after)) if values.iter().any(|(known, _)| *known == name) => {
                out.extend(
                    values.iter().filter(|(known, _)| *known == name).map(|(_, value)| *value).take(1),
                );
                rest = after;
            }
            _ => {
                out.push('{');
                rest = after;
            }
        }
    }
    out.push_str(rest);
    out
}

/// The text for one or for several, with `{n}` filled in.
pub(crate) fn counted(n: u64, one: &str, many: &str, language: Language) -> String {
    let singular = n == 1 || (n == 0 && language == Language::Fr);
    fill(if singular { one } else { many }, &[("n", &format::number(n, language))])
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{Texts, counted, fill};
    use crate::Language;

    /// The words in braces.
    fn holes(text: &str) -> BTreeSet<&str> {
        text.split('{').skip(1).filter_map(|part| part.split_once('}')).map(|(name, _)| name).collect()
    }

    #[test]
    fn all_four_tables_say_everything_with_the_same_words_to_fill_in() {
        let english = Texts::of(Language::En).entries();
        for language in Language::ALL {
            for ((key, text), (_, model)) in Texts::of(language).entries().into_iter().zip(&english) {
                assert!(!text.trim().is_empty(), "{language} {key} is empty");
                assert_eq!(holes(text), holes(model), "{language} {key}: {text}");
            }
        }
    }

    #[test]
    fn no_table_is_a_copy_of_another() {
        for one in Language::ALL {
            for other in Language::ALL.into_iter().filter(|other| *other != one) {
                let same: Vec<_> = Texts::of(one)
                    .entries()
                    .into_iter()
                    .zip(Texts::of(other).entries())
                    .filter(|((_, a), (_, b))| a == b && a.contains(' '))
                    .map(|((key, text), _)| format!("{key}: {text}"))
                    .collect();
                assert!(same.is_empty(), "{one} = {other}: {same:?}");
            }
        }
    }

    #[test]
    fn values_are_filled_in_once_and_braces_in_them_stay() {
        assert_eq!(fill("{a} – {b}", &[("a", "{b}"), ("b", "2")]), "{b} – 2");
        assert_eq!(fill("{a} {unknown} {", &[("a", "1")]), "1 {unknown} {");
    }

    #[test]
    fn french_says_nothing_in_the_singular() {
        assert_eq!(counted(0, "{n} jeu", "{n} jeux", Language::Fr), "0 jeu");
        assert_eq!(counted(0, "{n} set", "{n} sets", Language::En), "0 sets");
        assert_eq!(counted(1200, "{n} set", "{n} sets", Language::En), "1,200 sets");
    }
}
