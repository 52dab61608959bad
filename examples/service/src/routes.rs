//! The addresses of the service.

use crate::desk::{Closed, Desk, Reply};
use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Path, Query, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use serde::Deserialize;

/// The longest batch, in bytes.
const LONGEST_BATCH: usize = 1 << 20;

/// `POST /events`, `GET /outcomes?after=SEQ` and `GET /statement/{agreement}?as_of=INSTANT`.
pub fn router(desk: Desk) -> Router {
    Router::new()
        .route("/events", post(events))
        .route("/outcomes", get(outcomes))
        .route("/statement/{agreement}", get(statement))
        .layer(DefaultBodyLimit::max(LONGEST_BATCH))
        .with_state(desk)
}

#[derive(Debug, Deserialize)]
struct After {
    #[serde(default)]
    after: u64,
}

#[derive(Debug, Deserialize)]
struct AsOf {
    as_of: Option<String>,
}

async fn events(State(desk): State<Desk>, lines: Bytes) -> Response {
    response(desk.take(lines.to_vec()).await, "application/json")
}

async fn outcomes(State(desk): State<Desk>, Query(query): Query<After>) -> Response {
    response(desk.outcomes(query.after).await, "application/x-ndjson")
}

async fn statement(
    State(desk): State<Desk>,
    Path(agreement): Path<String>,
    Query(query): Query<AsOf>,
) -> Response {
    response(desk.statement(agreement, query.as_of).await, "application/json")
}

fn response(reply: Result<Reply, Closed>, kind: &'static str) -> Response {
    let typed = |body: String| ([(header::CONTENT_TYPE, kind)], body).into_response();
    match reply {
        Ok(Reply::Taken(receipt)) => match serde_json::to_string(&receipt) {
            Ok(body) => typed(body),
            Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response(),
        },
        Ok(Reply::Text(body)) => typed(body),
        Ok(Reply::Unknown(why)) => (StatusCode::NOT_FOUND, why).into_response(),
        Ok(Reply::Wrong(why)) => (StatusCode::BAD_REQUEST, why).into_response(),
        Ok(Reply::Gone(why)) => (StatusCode::CONFLICT, why).into_response(),
        Err(closed) => (StatusCode::SERVICE_UNAVAILABLE, closed.to_string()).into_response(),
    }
}
