//! What a walk proves, and what it must never prove.

mod any_source;
mod moving_source;

use super::*;

fn url(path: &str) -> url::Url {
    url::Url::parse("https://portal.example/").unwrap().join(path).unwrap()
}

/// A page of the listing.
fn page(n: u32) -> Request {
    Request::get(url(&format!("list?page={n}")), "application/json", "list")
}

/// A single record.
fn show(id: &str) -> Request {
    Request::get(url(&format!("show/{id}")), "application/json", "show")
}

fn ids(names: &[&str]) -> Vec<RecordId> {
    names.iter().map(|name| RecordId((*name).to_owned())).collect()
}

/// A page with records and a next one.
fn with(records: &[&str], follow: Vec<Request>) -> Reading {
    Reading { records: ids(records), follow, ..Reading::default() }
}

fn of_total(reading: Reading, total: u64) -> Reading {
    Reading { total: Some(total), ..reading }
}

fn start(requests: Vec<Request>) -> Walk {
    Walk::start(Plan { start: requests, listing: Listing::Whole }, Limits::default())
}

/// Makes the next request, which must be that one, and answers it.
#[track_caller]
fn answer(walk: &mut Walk, request: &Request, reading: &Reading) {
    let under_way = walk.next_request().expect("a request is left");
    assert_eq!(under_way.request(), request);
    walk.replied(under_way, reading, 100);
}

#[track_caller]
fn fail(walk: &mut Walk, request: &Request, instead: Vec<Request>) {
    let under_way = walk.next_request().expect("a request is left");
    assert_eq!(under_way.request(), request);
    walk.failed(under_way, &Failure::Status(500), &[], instead);
}

#[track_caller]
fn whole(walk: Walk, known: u64) -> WholeWalk {
    match walk.finish(known) {
        Outcome::Whole(proof) => proof,
        other => panic!("{other:?}"),
    }
}

#[track_caller]
fn partial(walk: Walk, known: u64, reason: &str) {
    match walk.finish(known) {
        Outcome::Partial(why) => assert_eq!(why, reason),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_walk_to_the_end_is_whole() {
    let mut walk = start(vec![page(1)]);
    answer(&mut walk, &page(1), &of_total(with(&["a", "b"], vec![page(2)]), 3));
    answer(&mut walk, &page(2), &of_total(with(&["c"], vec![]), 3));
    assert!(walk.next_request().is_none());
    assert_eq!(walk.progress().tally.requests, 2);
    assert_eq!(walk.progress().tally.bytes, 200);
    assert_eq!(whole(walk, 10).seen(), 3);
}

#[test]
fn a_walk_over_changes_proves_nothing_about_absence() {
    let mut walk = Walk::start(Plan { start: vec![page(1)], listing: Listing::Changes }, Limits::default());
    answer(&mut walk, &page(1), &with(&[], vec![]));
    assert!(matches!(walk.finish(100), Outcome::Changes));
}

#[test]
fn nothing_is_whole_after_a_failed_page() {
    let mut walk = start(vec![page(1)]);
    answer(&mut walk, &page(1), &with(&["a"], vec![page(2), page(3)]));
    fail(&mut walk, &page(2), vec![]);
    answer(&mut walk, &page(3), &with(&["c"], vec![]));
    partial(walk, 0, "1 of 3 requests failed, first GET https://portal.example/list?page=2: HTTP status 500");
}

#[test]
fn another_way_makes_up_for_a_failure() {
    let mut walk = start(vec![page(1)]);
    fail(&mut walk, &page(1), vec![show("a"), show("b")]);
    answer(&mut walk, &show("a"), &with(&["a"], vec![]));
    answer(&mut walk, &show("b"), &with(&["b"], vec![]));
    assert_eq!(walk.progress().tally.replaced, 1);
    assert_eq!(whole(walk, 0).seen(), 2);
}

#[test]
fn another_way_that_is_the_same_way_is_none() {
    let mut walk = start(vec![page(1), show("a")]);
    fail(&mut walk, &page(1), vec![page(1), show("a")]);
    answer(&mut walk, &show("a"), &with(&["a"], vec![]));
    partial(walk, 0, "1 of 2 requests failed, first GET https://portal.example/list?page=1: HTTP status 500");
}

#[test]
fn a_request_that_was_not_made_is_missing() {
    let mut walk = start(vec![page(1), page(2)]);
    let dropped = walk.next_request().unwrap();
    answer(&mut walk, &page(2), &with(&["a"], vec![]));
    drop(dropped);
    assert!(walk.next_request().is_none());
    partial(walk, 0, "1 of the requests were not made");
    partial(start(vec![]), 0, "no request was made");
}

#[test]
fn a_count_above_what_was_seen_is_a_shortfall() {
    let mut walk = start(vec![page(1)]);
    answer(&mut walk, &page(1), &of_total(with(&["a", "b"], vec![]), 3));
    partial(walk, 0, "the source counts 3 records, 2 were seen (`accept_missing` is 0)");
    // Fewer counted than seen is the source's mistake, not ours.
    let mut walk = start(vec![page(1)]);
    answer(&mut walk, &page(1), &of_total(with(&["a", "b"], vec![]), 1));
    whole(walk, 0);
}

#[test]
fn an_operator_can_accept_a_count_that_never_fits() {
    let limits = Limits { accept_missing: 1, accept_broken: 1, ..Limits::default() };
    let mut walk = Walk::start(Plan { start: vec![page(1)], listing: Listing::Whole }, limits);
    let reading = Reading { broken: 1, ..of_total(with(&["a"], vec![]), 3) };
    answer(&mut walk, &page(1), &reading);
    whole(walk, 0);
}

#[test]
fn a_record_that_goes_while_we_read_may_hide_another() {
    // Of a, b, c, d the first goes after its page was read: c moves up, past our place.
    let mut walk = start(vec![page(1)]);
    answer(&mut walk, &page(1), &of_total(with(&["a", "b"], vec![page(2)]), 4));
    answer(&mut walk, &page(2), &of_total(with(&["d"], vec![]), 3));
    partial(walk, 4, "the source counted up to 4 records, 3 were seen (`accept_missing` is 0)");
    // All were seen before one of them went: nothing is hidden.
    let mut walk = start(vec![page(1)]);
    answer(&mut walk, &page(1), &of_total(with(&["a", "b"], vec![page(2)]), 3));
    answer(&mut walk, &page(2), &of_total(with(&["c"], vec![]), 2));
    whole(walk, 3);
}

#[test]
fn a_link_with_a_password_is_followed_without_it() {
    let mut walk = start(vec![page(1)]);
    let mut next = page(2);
    next.url.set_username("me").unwrap();
    next.url.set_password(Some("s3cret")).unwrap();
    answer(&mut walk, &page(1), &with(&["a"], vec![next]));
    assert!(!serde_json::to_string(walk.checkpoint()).unwrap().contains("s3cret"));
    answer(&mut walk, &page(2), &with(&["b"], vec![]));
}

#[test]
fn a_count_that_collapses_is_a_source_in_trouble() {
    let mut walk = start(vec![page(1)]);
    answer(&mut walk, &page(1), &of_total(with(&["a", "b"], vec![page(2)]), 400));
    answer(&mut walk, &page(2), &of_total(with(&[], vec![]), 0));
    partial(walk, 400, "the source's own count fell from 400 to 0 during the walk");
}

#[test]
fn an_empty_listing_is_believed_only_if_the_source_counts_zero() {
    let mut walk = start(vec![page(1)]);
    answer(&mut walk, &page(1), &with(&[], vec![]));
    partial(walk, 7, "the source lists 0 records, 7 are known");
    let mut walk = start(vec![page(1)]);
    answer(&mut walk, &page(1), &of_total(with(&[], vec![]), 0));
    let known = ids(&["a", "b", "c", "d", "e", "f", "g"]);
    // And even then the deletion limit holds.
    assert!(whole(walk, 7).absent(&known).admit(DeletionLimit::default()).is_err());
    let mut walk = start(vec![page(1)]);
    answer(&mut walk, &page(1), &with(&[], vec![]));
    whole(walk, 0);
}

#[test]
fn entries_without_an_id_may_be_any_record() {
    let mut walk = start(vec![page(1)]);
    answer(&mut walk, &page(1), &Reading { broken: 2, ..of_total(with(&["a"], vec![]), 3) });
    partial(walk, 3, "2 entries could not be read, so their ids are not known (`accept_broken` is 0)");
}

#[test]
fn a_page_that_leads_to_itself_or_back_is_a_loop() {
    let mut walk = start(vec![page(1)]);
    answer(&mut walk, &page(1), &with(&["a"], vec![page(2)]));
    answer(&mut walk, &page(2), &with(&["b"], vec![page(1)]));
    assert!(walk.next_request().is_none());
    let reason = "https://portal.example/list?page=2 leads back to https://portal.example/list?page=1, which was \
                  read already; pages after it may be missing";
    partial(walk, 0, reason);
    let mut walk = start(vec![page(1)]);
    answer(&mut walk, &page(1), &with(&["a"], vec![page(1)]));
    assert!(matches!(walk.finish(0), Outcome::Partial(why) if why.contains("leads back to")));
}

#[test]
fn a_loop_does_no_harm_when_the_count_is_exact() {
    let mut walk = start(vec![page(1)]);
    answer(&mut walk, &page(1), &of_total(with(&["a"], vec![page(2)]), 2));
    answer(&mut walk, &page(2), &of_total(with(&["b"], vec![page(2)]), 2));
    whole(walk, 0);
    // A count that is only lower proves nothing.
    let mut walk = start(vec![page(1)]);
    answer(&mut walk, &page(1), &of_total(with(&["a", "b"], vec![page(2)]), 2));
    answer(&mut walk, &page(2), &of_total(with(&["c"], vec![page(2)]), 2));
    assert!(matches!(walk.finish(0), Outcome::Partial(_)));
}

#[test]
fn the_same_request_from_several_pages_is_made_once_and_no_loop() {
    let mut walk = start(vec![page(1)]);
    answer(&mut walk, &page(1), &with(&[], vec![show("a"), show("a"), page(2)]));
    answer(&mut walk, &show("a"), &with(&["a"], vec![]));
    answer(&mut walk, &page(2), &with(&[], vec![show("a"), show("b")]));
    answer(&mut walk, &show("b"), &with(&["b"], vec![]));
    assert!(walk.next_request().is_none());
    assert_eq!(whole(walk, 0).seen(), 2);
}

#[test]
fn pages_that_only_repeat_are_followed_three_times_and_make_the_walk_partial() {
    let mut walk = start(vec![page(1)]);
    for n in 1..=4 {
        answer(&mut walk, &page(n), &with(&["a", "b"], vec![page(n + 1)]));
    }
    assert!(walk.next_request().is_none(), "a source that does not heed its parameters was asked on");
    assert_eq!(walk.progress().tally.repeated, 6);
    assert!(
        matches!(walk.finish(0), Outcome::Partial(why) if why.contains("may not heed its paging parameters"))
    );
}

#[test]
fn a_page_that_only_repeats_in_the_middle_may_hide_another() {
    let mut walk = start(vec![page(1)]);
    answer(&mut walk, &page(1), &with(&["a", "b"], vec![page(2)]));
    answer(&mut walk, &page(2), &with(&["a", "b"], vec![page(3)]));
    answer(&mut walk, &page(3), &with(&["e"], vec![]));
    assert!(matches!(walk.finish(0), Outcome::Partial(why) if why.contains("page=2 has only records")));
}

#[test]
fn the_same_record_on_several_pages_that_are_no_listing_is_fine() {
    let mut walk = start(vec![page(1)]);
    answer(&mut walk, &page(1), &with(&[], vec![show("x"), show("y")]));
    answer(&mut walk, &show("x"), &with(&["a"], vec![]));
    answer(&mut walk, &show("y"), &with(&["a"], vec![]));
    assert_eq!(whole(walk, 0).seen(), 1);
}

#[test]
fn a_shortfall_of_the_protocol_is_never_counted_away() {
    let mut walk = start(vec![page(1)]);
    let reading = Reading {
        shortfall: Some("only the first 10000 records can be reached".to_owned()),
        ..of_total(with(&["a"], vec![]), 1)
    };
    answer(&mut walk, &page(1), &reading);
    partial(walk, 0, "only the first 10000 records can be reached");
}

#[test]
fn what_was_not_modified_counts_as_seen_with_all_its_consequences() {
    let mut walk = start(vec![page(1)]);
    let reading = of_total(with(&["a", "b"], vec![page(2)]), 3);
    let under_way = walk.next_request().unwrap();
    walk.not_modified(under_way, &reading);
    let under_way = walk.next_request().unwrap();
    assert_eq!(under_way.request(), &page(2));
    walk.not_modified(under_way, &Reading { shortfall: Some("short".to_owned()), ..with(&["c"], vec![]) });
    assert_eq!(walk.progress().tally.not_modified, 2);
    partial(walk, 3, "short");
}

#[test]
fn named_removals_are_accounted_for() {
    let mut walk = start(vec![page(1)]);
    let reading = Reading { gone: ids(&["b"]), ..of_total(with(&["a"], vec![]), 2) };
    answer(&mut walk, &page(1), &reading);
    let proof = whole(walk, 3);
    // Named ones are removed by name; only what the source does not speak of is absent.
    assert_eq!(proof.absent(&ids(&["a", "b", "c"])).ids(), ids(&["c"]));
}

#[test]
fn what_is_called_gone_and_is_there_again_before_the_end_stays() {
    let mut walk = start(vec![page(1)]);
    let hidden = Reading { gone: ids(&["b", "c", "d"]), ..with(&["a", "d"], vec![page(2)]) };
    answer(&mut walk, &page(1), &hidden);
    let gone = |checkpoint: &Checkpoint| checkpoint.gone().cloned().collect::<Vec<_>>();
    assert_eq!(gone(walk.checkpoint()), ids(&["b", "c"]), "one answer says of `d` that it is both");
    // Days later the walk goes on, and `b` can be seen again.
    let saved = serde_json::to_vec(walk.checkpoint()).unwrap();
    let mut walk = Walk::resume(serde_json::from_slice(&saved).unwrap(), Limits::default());
    answer(&mut walk, &page(2), &with(&["b", "e"], vec![]));
    assert_eq!(gone(walk.checkpoint()), ids(&["c"]));
    assert!(walk.checkpoint().lists(&ids(&["b"])[0]));
    assert_eq!(whole(walk, 4).seen(), 5);
}

#[test]
fn every_limit_ends_the_walk_by_name() {
    let walk = |limits| Walk::start(Plan { start: vec![page(1)], listing: Listing::Whole }, limits);
    let next = with(&["a", "b"], vec![page(2), page(3)]);
    let mut requests = walk(Limits { max_requests: 2, ..Limits::default() });
    answer(&mut requests, &page(1), &next);
    assert!(requests.next_request().is_none());
    partial(requests, 0, "more than `max_requests` (2) requests; 1 of the requests were not made");
    let mut records = walk(Limits { max_records: 1, ..Limits::default() });
    answer(&mut records, &page(1), &next);
    partial(records, 0, "more than `max_records` (1) records; 2 of the requests were not made");
    let mut bytes = walk(Limits { max_walk_bytes: 99, ..Limits::default() });
    answer(&mut bytes, &page(1), &next);
    partial(bytes, 0, "more than `max_walk_bytes` (99) bytes; 2 of the requests were not made");
}

#[test]
fn a_delta_follows_only_its_own_checkpoint() {
    let mut walk = start(vec![page(1)]);
    let before = walk.checkpoint().clone();
    let under_way = walk.next_request().unwrap();
    let delta = walk.replied(under_way, &with(&["a"], vec![page(2)]), 1);
    let mut folded = before;
    folded.apply(delta.clone()).unwrap();
    assert_eq!(&folded, walk.checkpoint());
    let error = folded.apply(delta).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the saved walk is at answer 1, and answer 1 cannot follow it; start the walk anew"
    );
}

#[test]
fn half_a_million_ids_are_small() {
    let mut walk = start(vec![page(1)]);
    let reading = Reading {
        records: (0..500_000)
            .map(|n| RecordId(format!("a-rather-long-identifier-of-a-record-{n}")))
            .collect(),
        ..Reading::default()
    };
    let under_way = walk.next_request().unwrap();
    walk.replied(under_way, &reading, 0);
    assert_eq!(walk.progress().tally.records, 500_000);
    // 32 digits each.
    let written = serde_json::to_string(walk.checkpoint()).unwrap();
    assert!(written.len() < 500_000 * 32 + 2_000, "{} bytes", written.len());
}
