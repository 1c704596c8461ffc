//! Sources, runs and removals administered on the real server: through its API and through the command line.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::expect_used,
    reason = "a failure here is a failure of the test"
)]

#[path = "administration/portal.rs"]
mod portal;
#[path = "administration/server.rs"]
mod server;

use serde_json::{Value, json};

use crate::{
    portal::Portal,
    server::{SECRET, World},
};

/// The settings of the portal as a managed source.
fn settings(name: &str, portal: &Portal) -> Value {
    json!({
        "name": name, "kind": "ckan", "url": portal.url(), "allow": [portal.address().to_string()], "language": "fr",
        "options": { "rows": 5 }, "politeness": { "concurrency": 1, "delay_ms": 0 }, "whole_every_days": 0,
    })
}

/// What the log says that somebody did, oldest first.
fn steps(audit: &Value) -> Vec<(String, String)> {
    let word = |entry: &Value, key: &str| entry[key].as_str().unwrap_or_default().to_owned();
    let entries = audit["entries"].as_array().unwrap().iter().rev();
    entries.map(|entry| (word(entry, "action"), word(entry, "outcome"))).collect()
}

#[test]
#[expect(clippy::too_many_lines, reason = "one life, step by step")]
fn a_source_is_added_looked_at_run_paused_changed_and_removed() {
    let portal = Portal::start(25);
    let mut world = World::new(&portal);
    let boss = world.token("boss", &["sources", "runs", "decide", "network", "audit"], &[]);
    world.serve();

    // A look stores nothing.
    let look = world.ok("POST", "/api/admin/preview?lang=fr", &boss, Some(settings("ville", &portal)), 200);
    assert_eq!((look["records"].as_array().unwrap().len(), &look["total"]), (20, &json!(25)), "{look:#}");
    assert_eq!(look["records"][0]["kind"], "dataset");
    assert!(look["records"][0]["title"].as_str().unwrap().starts_with("Jeu 000"));
    assert!(!look["records"][0]["findings"].as_array().unwrap().is_empty());
    assert_eq!(world.datasets(), 0);

    let added = world.ok("POST", "/api/admin/sources", &boss, Some(settings("ville", &portal)), 201);
    assert_eq!((&added["declared"], &added["added"]["by"]), (&json!("managed"), &json!("token boss")));
    for name in ["ville", "fichier"] {
        let twice = world.ok("POST", "/api/admin/sources", &boss, Some(settings(name, &portal)), 409);
        assert!(twice["detail"].as_str().unwrap().contains(name), "{twice}");
    }
    let wrong = json!({ "name": "b", "kind": "ckna", "url": "https://b.example/", "schedule": "30 2" });
    let wrong = world.ok("POST", "/api/admin/sources", &boss, Some(wrong), 422);
    assert_eq!(wrong["errors"].as_array().unwrap().len(), 2, "{wrong}");
    assert!(wrong["errors"][0].as_str().unwrap().contains("did you mean `ckan`?"));
    let shown = world.ok("GET", "/api/sources/ville", "", None, 200);
    assert_eq!((&shown["kind"], &shown["state"]), (&json!("ckan"), &json!("never")));
    let look = world.ok("POST", "/api/admin/sources/ville/preview", &boss, None, 200);
    assert_eq!(look["records"].as_array().unwrap().len(), 20);

    let report = world.run("ville", &boss, None);
    assert_eq!((&report["outcome"], &report["new"]), (&json!("whole"), &json!(25)), "{report:#}");
    assert_eq!(world.datasets(), 25);

    // Also of the file: paused, but neither changed nor removed.
    for name in ["ville", "fichier"] {
        let path = format!("/api/admin/sources/{name}");
        let paused = world.ok("POST", &format!("{path}/pause"), &boss, None, 200);
        assert_eq!(paused["paused"]["by"], "token boss");
        world.ok("POST", &format!("{path}/pause"), &boss, None, 409);
        let shown = world.ok("GET", &format!("/api/sources/{name}"), "", None, 200);
        assert_eq!((&shown["state"], &shown["paused"]["by"]), (&json!("paused"), &json!("token boss")));
    }
    for (method, body) in [("PATCH", Some(json!({ "language": "nl" }))), ("DELETE", None)] {
        let refused = world.ok(method, "/api/admin/sources/fichier", &boss, body, 409);
        assert!(
            refused["detail"].as_str().unwrap().contains("declared in the configuration file"),
            "{refused}"
        );
    }
    let patch = json!({ "title": "Ville", "language": null, "options": { "rows": 10 } });
    let changed = world.ok("PATCH", "/api/admin/sources/ville", &boss, Some(patch), 200);
    assert_eq!(
        (&changed["settings"]["title"], &changed["settings"]["options"]["rows"]),
        (&json!("Ville"), &json!(10))
    );
    assert_eq!(changed["settings"].get("language"), None);
    world.ok("PATCH", "/api/admin/sources/ville", &boss, Some(json!({ "name": "autre" })), 422);

    // What was done is there after a restart, the pauses too.
    world.restart();
    let sources = world.ok("GET", "/api/admin/sources", &boss, None, 200);
    let sources = sources["sources"].as_array().unwrap();
    assert_eq!(
        sources.iter().map(|it| it["name"].as_str().unwrap()).collect::<Vec<_>>(),
        ["fichier", "ville"]
    );
    assert!(sources.iter().all(|source| source["paused"]["by"] == "token boss"), "{sources:#?}");
    world.ok("POST", "/api/admin/sources/ville/resume", &boss, None, 200);
    world.ok("POST", "/api/admin/sources/ville/resume", &boss, None, 409);

    // What is masked stays masked.
    let masked = json!({ "personal_data": "mask" });
    world.ok("PATCH", "/api/admin/sources/ville", &boss, Some(masked), 200);
    let refused = world.ok("DELETE", "/api/admin/sources/ville", &boss, None, 409);
    assert!(refused["detail"].as_str().unwrap().contains("pause the source instead"), "{refused}");
    world.ok("PATCH", "/api/admin/sources/ville", &boss, Some(json!({ "personal_data": null })), 200);

    let removed = world.ok("DELETE", "/api/admin/sources/ville", &boss, None, 200);
    assert_eq!((&removed["records_kept"], &removed["records_removed"]), (&json!(25), &json!(0)), "{removed}");
    assert!(removed["note"].as_str().unwrap().contains("25 records stay"));
    assert_eq!(world.datasets(), 25);
    world.ok("GET", "/api/admin/sources/ville", &boss, None, 404);
    // What it left can still go, each record with a tombstone.
    let gone = world.ok("DELETE", "/api/admin/sources/ville?records=remove", &boss, None, 200);
    assert_eq!(gone["records_removed"], 25, "{gone}");
    assert_eq!(world.datasets(), 0);
    let tombstone = world.ok("GET", "/api/datasets/ville/jeu-003", "", None, 410);
    assert!(tombstone["removed"]["reason"].as_str().unwrap().contains("token boss"), "{tombstone}");

    let audit = world.ok("GET", "/api/admin/audit?size=1000", &boss, None, 200);
    let done: Vec<_> = steps(&audit)
        .into_iter()
        .map(|(action, outcome)| (action, !outcome.starts_with("refused")))
        .collect();
    let expected = [
        ("token.create", true),
        ("source.preview", true),
        ("source.add", true),
        ("source.add", false),
        ("source.add", false),
        ("source.add", false),
        ("source.preview", true),
        ("run.start", true),
        ("source.pause", true),
        ("source.pause", false),
        ("source.pause", true),
        ("source.pause", false),
        ("source.change", false),
        ("source.remove", false),
        ("source.change", true),
        ("source.change", false),
        ("source.resume", true),
        ("source.resume", false),
        ("source.change", true),
        ("source.remove", false),
        ("source.change", true),
        ("source.remove", true),
        ("source.remove-with-records", true),
    ];
    assert_eq!(done, expected.map(|(action, done)| (action.to_owned(), done)), "{audit:#}");
    let change = audit["entries"].as_array().unwrap().iter().find(|it| it["after"]["title"] == "Ville");
    let change = change.unwrap();
    assert_eq!((&change["by"], &change["source"]), (&json!("token boss"), &json!("ville")));
    assert_eq!(change["before"], json!({ "language": "fr", "options": { "rows": 5 } }));
    assert_eq!(change["after"], json!({ "title": "Ville", "options": { "rows": 10 } }));
    world.stop();
    world.assert_nothing_leaked();
}

#[test]
fn a_run_is_cancelled_and_decisions_are_made() {
    let portal = Portal::start(25);
    let mut world = World::new(&portal);
    let boss = world.token("boss", &["sources", "runs", "decide", "network", "audit"], &[]);
    world.serve();
    world.ok("POST", "/api/admin/sources", &boss, Some(settings("ville", &portal)), 201);
    assert_eq!(world.run("ville", &boss, None)["outcome"], "whole");

    // Slow, so that it is under way.
    portal.has(24);
    portal.slow(true);
    let started = world.ok("POST", "/api/admin/sources/ville/run", &boss, Some(json!({ "full": true })), 202);
    let run = started["run"].as_str().unwrap().to_owned();
    let busy = world.ok("POST", "/api/admin/sources/ville/run", &boss, None, 409);
    assert_eq!(busy["run"], run.as_str(), "{busy}");
    for (path, body) in [("accept", json!({ "run": "x" })), ("undelete", json!({ "records": ["jeu-001"] }))] {
        let refused = world.ok("POST", &format!("/api/admin/sources/ville/{path}"), &boss, Some(body), 409);
        assert_eq!(refused["run"], run.as_str(), "{refused}");
    }
    assert_eq!(world.ok("DELETE", "/api/admin/sources/ville", &boss, None, 409)["run"], run.as_str());
    assert_eq!(world.ok("GET", "/api/sources/ville", "", None, 200)["state"], "running");
    portal.wait_for_requests(2);
    let cancelled = world.ok("POST", "/api/admin/sources/ville/cancel", &boss, None, 202);
    assert_eq!(cancelled["run"], run.as_str());
    portal.slow(false);
    let report = world.report("ville", &run);
    assert_eq!((&report["outcome"], &report["gone"]), (&json!("partial"), &json!(0)), "{report:#}");
    assert!(report["reason"].as_str().unwrap().starts_with("cancelled by token boss"), "{report:#}");
    assert_eq!(world.datasets(), 25);
    world.until(|world| {
        world.ok("GET", "/api/admin/sources/ville", &boss, None, 200).get("running").is_none()
    });
    world.ok("POST", "/api/admin/sources/ville/cancel", &boss, None, 409);

    // More is gone than the limit: somebody decides.
    portal.has(5);
    let held = world.run("ville", &boss, Some(json!({ "full": true })));
    assert_eq!((&held["held_back"], world.datasets()), (&json!(20), 25), "{held:#}");
    let waiting = world.ok("GET", "/api/sources/ville", "", None, 200)["waiting"].clone();
    assert_eq!(waiting, json!({ "run": held["run"], "records": 20 }));
    world.ok("POST", "/api/admin/sources/ville/accept", &boss, Some(json!({ "run": "no-such-run" })), 409);
    let accepted =
        world.ok("POST", "/api/admin/sources/ville/accept", &boss, Some(json!({ "run": held["run"] })), 200);
    assert_eq!((&accepted["records"], world.datasets()), (&json!(20), 5));
    assert_eq!(world.ok("GET", "/api/sources/ville", "", None, 200)["waiting"], Value::Null);
    let back = world.ok(
        "POST",
        "/api/admin/sources/ville/undelete",
        &boss,
        Some(json!({ "records": ["jeu-020"] })),
        200,
    );
    assert_eq!((&back["records"], world.datasets()), (&json!(1), 6));
    let unknown = json!({ "records": ["jeu-021", "never"] });
    let refused = world.ok("POST", "/api/admin/sources/ville/undelete", &boss, Some(unknown), 409);
    assert!(refused["detail"].as_str().unwrap().contains("never had"), "{refused}");
    assert_eq!(world.datasets(), 6);

    let audit = world.ok("GET", "/api/admin/audit?source=ville&size=1000", &boss, None, 200);
    for action in ["run.start", "run.cancel", "removals.accept", "records.undelete"] {
        assert!(
            steps(&audit).iter().any(|(done, outcome)| done == action && outcome.starts_with("done")),
            "{action}"
        );
    }
    world.stop();
    world.assert_nothing_leaked();
}

#[test]
fn a_schedule_takes_effect_and_a_pause_ends_it_without_a_restart() {
    let portal = Portal::start(5);
    let mut world = World::new(&portal);
    let boss = world.token("boss", &["sources", "runs", "network"], &[]);
    world.serve_with_schedule();
    let mut every_second = settings("ville", &portal);
    every_second["schedule"] = json!("* * * * * *");
    world.ok("POST", "/api/admin/sources", &boss, Some(every_second), 201);
    world.until(|world| world.datasets() == 5);
    world.ok("POST", "/api/admin/sources/ville/pause", &boss, None, 200);
    world.until(|world| {
        world.ok("GET", "/api/admin/sources/ville", &boss, None, 200).get("running").is_none()
    });
    // One that was due in the same moment may have begun.
    std::thread::sleep(std::time::Duration::from_millis(1_500));
    let asked = portal.asked();
    std::thread::sleep(std::time::Duration::from_millis(2_500));
    assert_eq!(portal.asked(), asked, "a paused source was harvested");
    // By hand it still runs.
    assert_eq!(world.run("ville", &boss, None)["outcome"], "whole");
    world.ok("POST", "/api/admin/sources/ville/resume", &boss, None, 200);
    let asked = portal.asked();
    world.until(|_| portal.asked() > asked);
    world.stop();
}

#[test]
fn a_token_opens_what_it_is_for_and_nothing_after_its_end() {
    let portal = Portal::start(5);
    let mut world = World::new(&portal);
    world.serve();
    // Made while the server runs, and seen at once.
    let limited = world.token("limited", &["sources", "runs"], &["ville"]);
    let auditor = world.token("auditor", &["audit"], &[]);
    let ville = settings("ville", &portal);

    world.ok("GET", "/api/admin/sources", "", None, 401);
    world.ok("GET", "/api/admin/sources", "moisson_0000", None, 401);
    let refused = world.ok("POST", "/api/admin/sources", &limited, Some(ville.clone()), 403);
    assert_eq!(refused["scope"], "network", "{refused}");
    assert!(refused["detail"].as_str().unwrap().contains("`allow`"));
    let asked = portal.asked();
    world.ok("POST", "/api/admin/preview", &limited, Some(ville.clone()), 403);
    // Without the list of private addresses it may be described, and is not reached.
    let mut public = ville.clone();
    public.as_object_mut().unwrap().remove("allow");
    let look = world.ok("POST", "/api/admin/preview", &limited, Some(public.clone()), 200);
    assert!(
        look["records"].as_array().unwrap().is_empty() && look.to_string().contains("not public"),
        "{look:#}"
    );
    assert_eq!(portal.asked(), asked, "the portal was reached");
    let secret = json!({ "credentials": { "bearer_env": "MOISSON_SOURCE_SECRET" } });
    public.as_object_mut().unwrap().extend(secret.as_object().unwrap().clone());
    assert_eq!(world.ok("POST", "/api/admin/preview", &limited, Some(public), 403)["scope"], "network");

    world.ok("POST", "/api/admin/sources/fichier/pause", &limited, None, 403);
    world.ok("GET", "/api/admin/audit", &limited, None, 403);
    world.ok("POST", "/api/admin/sources/fichier/run", &auditor, None, 403);
    let seen = world.ok("GET", "/api/admin/sources", &limited, None, 200);
    assert_eq!(seen["sources"], json!([]));
    world.ok("GET", "/api/admin/sources/fichier", &limited, None, 403);
    assert_eq!(world.ok("GET", "/api/admin/sources/fichier", &auditor, None, 200)["declared"], "file");

    let listed = world.moisson(&["token", "list", "--format", "json"]);
    assert!(listed.contains("\"last_used\": \"20") && !listed.contains("hash"), "{listed}");
    world.moisson(&["token", "revoke", "limited"]);
    let revoked = world.ok("GET", "/api/admin/sources", &limited, None, 401);
    assert!(revoked["detail"].as_str().unwrap().contains("revoked"), "{revoked}");
    world.expire("auditor");
    let expired = world.ok("GET", "/api/admin/sources", &auditor, None, 401);
    assert!(expired["detail"].as_str().unwrap().contains("expired"), "{expired}");

    let auditor = world.token("second", &["audit"], &[]);
    let audit = world.ok("GET", "/api/admin/audit?size=1000", &auditor, None, 200);
    let steps = steps(&audit);
    for action in ["token.create", "token.revoke"] {
        assert!(steps.iter().any(|(done, _)| done == action), "{action} in {steps:?}");
    }
    assert!(steps.iter().any(|(done, outcome)| done == "source.pause" && outcome.starts_with("refused")));
    world.stop();
    world.assert_nothing_leaked();
}

#[test]
fn the_command_line_does_it_here_and_through_the_server() {
    let portal = Portal::start(25);
    let mut world = World::new(&portal);
    let url = portal.url();
    let host = format!("allow=[\"{}\"]", portal.address());
    let add = ["source", "add", "ville", "--kind", "ckan", "--url", url.as_str(), "--set", host.as_str()];
    let secret = "credentials.bearer_env=MOISSON_SOURCE_SECRET";
    let more = ["--set", "options.rows=5", "--set", "politeness.delay_ms=0", "--set", secret];
    let said = world.moisson(&[&add[..], &more[..]].concat());
    assert!(said.contains("ville") && said.contains("added by command line ("), "{said}");
    assert!(
        world
            .fails(&["source", "add", "ville", "--kind", "ckna", "--url", &url], 1)
            .contains("did you mean `ckan`?")
    );
    assert!(world.moisson(&["source", "preview", "ville"]).contains("20 records of 25"));
    assert!(world.moisson(&["source", "run", "ville"]).contains("25 datasets"));
    assert!(portal.authorised_with(SECRET));
    world.moisson(&["source", "pause", "fichier"]);
    assert!(
        world
            .moisson(&["source", "list"])
            .lines()
            .any(|line| line.starts_with("fichier") && line.contains("paused"))
    );
    assert!(world.fails(&["source", "cancel", "ville"], 1).contains("nothing to cancel"));

    let boss = world.token("boss", &["sources", "runs", "decide", "audit"], &[]);
    world.serve();
    let server = world.address().to_owned();
    let advice = world.fails(&["harvest", "ville"], 1);
    assert!(advice.contains(&format!("`moisson source run ville --server {server}`")), "{advice}");
    assert!(world.fails(&["source", "pause", "ville"], 1).contains("moisson source pause ville --server"));
    assert!(world.fails(&["source", "list", "--server", &server], 1).contains("MOISSON_TOKEN"));
    world.log_in(&boss);
    assert!(
        world.fails(&["source", "list", "--server", "http://data.example.org/"], 1).contains("not encrypted")
    );
    assert!(world.moisson(&["source", "list", "--server", &server]).contains("ville"));
    let look = world.moisson(&["source", "preview", "ville", "--server", &server, "--format", "json"]);
    assert_eq!(serde_json::from_str::<Value>(&look).unwrap()["records"].as_array().unwrap().len(), 20);
    let run = world.moisson(&["source", "run", "ville", "--full", "--wait", "--server", &server]);
    assert!(run.contains("whole; 0 new") && run.contains("25 unchanged"), "{run}");
    assert!(
        world
            .moisson(&["source", "change", "ville", "--set", "schedule=30 2 * * *", "--server", &server])
            .contains("30 2 * * *")
    );
    let refused = world.fails(
        &["source", "change", "ville", "--set", "url=https://elsewhere.example/", "--server", &server],
        1,
    );
    assert!(refused.contains("lacks the scope `network`"), "{refused}");
    assert!(
        world.fails(&["source", "remove", "fichier", "--server", &server], 1).contains("configuration file")
    );
    assert!(world.moisson(&["source", "remove", "ville", "--server", &server]).contains("25 records stay"));
    let audit = world.moisson(&["audit", "--server", &server]);
    assert!(audit.contains("source.change") && audit.contains("+ schedule = \"30 2 * * *\""), "{audit}");
    assert!(audit.contains("token.create") && audit.contains("command line ("), "{audit}");
    world.stop();
    let audit = world.moisson(&["audit", "--format", "json", "--size", "3"]);
    assert_eq!(serde_json::from_str::<Value>(&audit).unwrap()["entries"].as_array().unwrap().len(), 3);
    world.assert_nothing_leaked();
}
