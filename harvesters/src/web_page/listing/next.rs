//! The link to the next page of a list, where the source does not say which it is: `rel=next`
//! ([HTML](https://html.spec.whatwg.org/multipage/links.html#link-type-next)), or what Drupal, `WordPress` and TYPO3
//! call it.

use url::Url;

use super::super::{html::Document, links};

/// Where it is looked for, the surest first.
const LINKS: [&str; 2] = [
    "a[rel~='next'], link[rel~='next']",
    "a.next.page-numbers, .pager__item--next a, .pager-next a, .pagination-next a, .pagination .next a, li.next > a",
];

/// The next page, if it is one of the same list: news and series of articles have next ones too.
pub(super) fn of(document: &Document) -> Option<Url> {
    LINKS.iter().find_map(|css| {
        let links = document.all(css).into_iter();
        links
            .filter_map(|link| links::target(document, link))
            .find(|next| is_of_the_list(&document.url, next))
    })
}

/// Whether two addresses differ only in the number of the page.
fn is_of_the_list(here: &Url, next: &Url) -> bool {
    let same_place = here.origin() == next.origin();
    same_place && here != next && without_number(here.path()) == without_number(next.path())
}

/// `/donnees/page/2/` without `/page/2/`.
fn without_number(path: &str) -> &str {
    let bare = path.trim_end_matches('/');
    let Some((before, last)) = bare.rsplit_once('/') else { return bare };
    let number = last.trim_start_matches("page").trim_start_matches(['-', '_']);
    if number.is_empty() || !number.bytes().all(|byte| byte.is_ascii_digit()) {
        return bare;
    }
    let before = before.trim_end_matches('/');
    before.strip_suffix("/page").unwrap_or(before)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(here: &str, body: &str, expected: Option<&str>) {
        let here = Url::parse("https://ville.example/").unwrap().join(here).unwrap();
        let next = of(&Document::parse(body, &here));
        assert_eq!(next.as_ref().map(Url::path), expected, "{here} {body}");
    }

    #[test]
    fn the_next_page_is_found_as_usual_programs_write_it() {
        check(
            "donnees",
            "<ul><li class='pager__item--next'><a href='?page=1' rel=next>Suivant</a></ul>",
            Some("/donnees"),
        );
        check(
            "donnees/",
            "<a class='next page-numbers' href='/donnees/page/2/'>»</a>",
            Some("/donnees/page/2/"),
        );
        check(
            "donnees/page/2/",
            "<a rel='nofollow next' href='/donnees/page/3'>»</a>",
            Some("/donnees/page/3"),
        );
    }

    #[test]
    fn the_next_article_and_the_same_page_are_not_the_next_page() {
        check("2023/06/arbres/", "<link rel=next href='/2023/07/eaux/'>", None);
        check("donnees", "<ul><li class=next><a href='#'>»</a></ul>", None);
        check("donnees", "<a rel=next href='https://autre.example/donnees'>»</a>", None);
    }
}
