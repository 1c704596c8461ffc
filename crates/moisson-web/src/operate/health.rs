//! `/health`: whether the server can do its work: the store is open and the query process answers.

use std::time::{Duration, Instant};

use axum::{
    Json, Router,
    extract::State,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use moisson_store::sparql::{AnswerEnd, QueryError, QueryLimits, SparqlQuery};
use serde_json::json;
use sparesults::QueryResultsFormat;
use tokio::sync::Mutex;

use crate::{problems::AsItIs, server::Shared};

/// An answer of the query process is good for this long, so that asking for the health costs next to nothing.
const GOOD_FOR: Duration = Duration::from_secs(5);

/// The query process has this long to answer.
const PATIENCE: Duration = Duration::from_secs(5);

/// When the query process last answered, and what was wrong if it did not.
#[derive(Debug, Default)]
pub(crate) struct Pulse(Mutex<Option<(Instant, Result<(), String>)>>);

pub(crate) fn router() -> Router<Shared> {
    Router::new().route("/health", get(health))
}

async fn health(State(server): State<Shared>) -> Response {
    let counts = server.read("counting the records", moisson_store::Store::counts).await;
    let sparql = server.pulse.take(&server).await;
    let store = counts.as_ref().map(|_| ()).map_err(|problem| problem.detail.clone());
    let ready = store.is_ok() && sparql.is_ok();
    let word = |part: &Result<(), String>| match part {
        Ok(()) => "ready".to_owned(),
        Err(reason) => reason.clone(),
    };
    let counts = counts.unwrap_or_default();
    let document = json!({
        "status": if ready { "ready" } else { "not ready" },
        "version": env!("CARGO_PKG_VERSION"),
        "store": word(&store),
        "sparql": word(&sparql),
        "generation": counts.generation.0,
        "datasets": counts.datasets,
        "time": server.now(),
    });
    let mut response = Json(document).into_response();
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if !ready {
        *response.status_mut() = StatusCode::SERVICE_UNAVAILABLE;
        response.extensions_mut().insert(AsItIs);
    }
    response
}

impl Pulse {
    /// The last answer if it is recent, else a new one. One question at a time.
    async fn take(&self, server: &Shared) -> Result<(), String> {
        let mut last = self.0.lock().await;
        if let Some((at, answer)) = &*last
            && at.elapsed() < GOOD_FOR
        {
            return answer.clone();
        }
        let answer = match tokio::time::timeout(PATIENCE, ask(server)).await {
            Ok(answer) => answer.map_err(|error| error.to_string()),
            Err(_) => Err(format!("the query process did not answer within {} s", PATIENCE.as_secs())),
        };
        *last = Some((Instant::now(), answer.clone()));
        answer
    }
}

async fn ask(server: &Shared) -> Result<(), QueryError> {
    let query = SparqlQuery {
        text: "ASK {}".to_owned(),
        default_graphs: Vec::new(),
        named_graphs: Vec::new(),
        solutions: Some(QueryResultsFormat::Json),
        graph: None,
    };
    let limits = QueryLimits { time: PATIENCE, ..server.app.limits.query };
    let mut answer = server.app.store.sparql().query(query, limits).await?;
    while let Some(piece) = answer.body.recv().await {
        piece?;
    }
    match &*answer.end.borrow() {
        AnswerEnd::Failed(error) => Err(error.clone()),
        AnswerEnd::Open | AnswerEnd::Complete { .. } | AnswerEnd::Cut { .. } => Ok(()),
    }
}
