//! `moisson demo`.

use std::sync::Arc;

use anyhow::Context;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use super::{
    Done,
    harvest::{done, print},
    runtime,
    serve::{listen, serve, stop_on_signal},
};
use crate::{
    cli::{DemoArgs, Format},
    config::Config,
    demo,
    pipeline::{Lines, RunMode, harvest_all, harvesting, open_store},
    terminal,
};

pub(super) fn run(args: &DemoArgs) -> anyhow::Result<Done> {
    let folder = tempfile::Builder::new().prefix("moisson-demo-").tempdir()?;
    runtime()?.block_on(async {
        let portals = TcpListener::bind("127.0.0.1:0").await.context("cannot listen on this machine")?;
        let portals_at = portals.local_addr()?;
        let router = demo::router(portals_at)?;
        tokio::spawn(async move { axum::serve(portals, router).await });

        let listener = if args.once { None } else { Some(free_listener(args).await?) };
        let served_at = listener.as_ref().map_or(Ok(args.address), TcpListener::local_addr)?;
        let path = folder.path().join("moisson.toml");
        let text = demo::configuration(served_at, portals_at);
        tokio::fs::write(&path, &text).await?;
        let config = Config::load(&path).map_err(|faults| {
            anyhow::anyhow!(
                "the demo's configuration is wrong: {}",
                faults.iter().map(ToString::to_string).collect::<String>()
            )
        })?;

        let (config, store) =
            tokio::task::spawn_blocking(move || open_store(&config).map(|s| (config, s))).await??;
        terminal::note(&format!(
            "harvesting {} sample portals at http://{portals_at}/ into {}",
            config.source.len(),
            folder.path().display()
        ));
        let sources: Vec<_> = config.source.iter().collect();
        let harvesting = harvesting(&config, &store, Arc::new(Lines))?;
        let report = harvest_all(&harvesting, &sources, RunMode::default(), CancellationToken::new()).await?;
        print(&report, args.format)?;
        if let Some(listener) = listener {
            if args.format == Format::Text {
                terminal::line(&demo::what_to_look_at(served_at));
            }
            serve(Arc::new(config), store, listener, false, stop_on_signal()).await?;
        }
        Ok(done(&report))
    })
}

/// The wanted address, or a free port beside it.
async fn free_listener(args: &DemoArgs) -> anyhow::Result<TcpListener> {
    match TcpListener::bind(args.address).await {
        Ok(listener) => Ok(listener),
        Err(error) => {
            terminal::note(&format!("{} is not free ({error}); taking another port", args.address));
            listen((args.address.ip(), 0).into()).await
        }
    }
}
