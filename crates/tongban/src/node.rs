//! A node put together: store, front, wings, workers. Everything else gets it from here.

use crate::config::Config;
use crate::health::Health;
use casework::Casework;
use guide::Guide;
use oversight::Oversight;
use people::People;
use proof::Proof;
use std::ops::Deref;
use store::jobs::Worker;
use store::{Chance, Clock, Event, Kind, Result, Settings, Sql, Store, Stream, Url};
use web::{App, Routes};

/// A whole node. Cheap to clone; derefs down the stack of wings.
#[derive(Clone)]
pub struct Node {
    oversight: Oversight,
    health: Health,
}

/// Opens the store of a configuration with the machine's clock and chance.
pub fn open_store(config: &Config) -> Result<Store> {
    open_store_with(config, Clock::System, Chance::System)
}

/// The same with a clock and chance of one's own.
pub fn open_store_with(config: &Config, clock: Clock, chance: Chance) -> Result<Store> {
    Store::open(settings(config, clock, chance)?)
}

/// How the store of a configuration is opened.
pub fn settings(config: &Config, clock: Clock, chance: Chance) -> Result<Settings> {
    Ok(Settings {
        url: Url::parse(&config.store.database)?,
        data: config.store.data.clone(),
        clock,
        chance,
        migrations: store::migrate::shipped(),
        readers: config.store.readers,
        writers: config.store.writers,
    })
}

/// `tongban migrate`.
pub async fn migrate_only(config: &Config) -> Result<bool> {
    open_store(config)?.settle().await?;
    crate::say!("✓ {}", config.store.database);
    Ok(true)
}

/// `tongban rotate-keys`: a new data key, then every sealed field moved to it.
pub async fn rotate_keys(config: &Config) -> Result<bool> {
    let store = open_store(config)?;
    let moved = store::vault::rotate_all(&store, &sealed_columns()).await?;
    crate::say!("✓ {moved}");
    Ok(true)
}

/// Every sealed column of every room.
pub fn sealed_columns() -> Vec<store::vault::SealedColumn> {
    let mut all = web::session::SEALED.to_vec();
    all.extend(people::sealed());
    all.extend(proof::sealed());
    all.extend(casework::sealed());
    all.extend(oversight::sealed());
    all
}

/// Every SQL text of the house, by name.
pub fn sql() -> Vec<(&'static str, Sql)> {
    let mut all = web::session::SQL.to_vec();
    all.extend(people::sql());
    all.extend(guide::sql());
    all.extend(proof::sql());
    all.extend(casework::sql());
    all.extend(oversight::sql());
    for column in sealed_columns() {
        all.extend([(column.table, column.page), (column.table, column.put)]);
    }
    all
}

impl Node {
    /// Opens the node of a configuration.
    pub async fn open(config: &Config) -> Result<Node> {
        Node::open_with(config, Clock::System, Chance::System).await
    }

    /// Opens a node with a clock and chance of one's own: tests, the demo.
    pub async fn open_with(config: &Config, clock: Clock, chance: Chance) -> Result<Node> {
        let store = open_store_with(config, clock, chance)?;
        let offers = guide::editions::offers(&config.guide.packs)?;
        guide::editions::publish(&store, offers).await?;
        Node::assemble(store, config).await
    }

    /// Opens a node to look something up in it: publishes nothing.
    pub async fn look(config: &Config) -> Result<Node> {
        Node::assemble(open_store(config)?, config).await
    }

    async fn assemble(store: Store, config: &Config) -> Result<Node> {
        let reserve = config.server.disk_reserve_megabytes << 20;
        let health = Health::new(store.clone(), reserve, config.server.operator_token.clone());
        let calendar = codes::calendar::Calendar::shipped().clone();
        let app = App::new(store, config.site()?, calendar, config.load);
        let people = People::new(app)?;
        let guide = Guide::new(people).await?;
        let proof = Proof::new(guide).await?;
        let casework = Casework::new(proof);
        casework.ask_waiting(casework::cases::pages::my::waiting_hook);
        let node = Node { oversight: Oversight::new(casework), health };
        node.note_start().await?;
        Ok(node)
    }

    async fn note_start(&self) -> Result<()> {
        let store = self.store();
        store
            .write(store.system_ctx(), |tx| {
                let version = env!("CARGO_PKG_VERSION");
                let event = Event::new(Kind::NodeStarted, Stream::of("node", 0))
                    .with(serde_json::json!({"version": version}));
                Ok(tx.record(event)?.with(()))
            })
            .await
    }

    /// Loads the sample region: catalogue, people, units, licences. Safe to run twice. `progress` is
    /// told a step's key and how far it is, from 0 to 100.
    pub async fn seed_sample(&self, progress: &mut (dyn FnMut(&str, u64) + Send)) -> Result<()> {
        progress("people", 0);
        self.people().seed_sample().await?;
        progress("catalogue", 20);
        self.guide().seed_shipped().await?;
        progress("licences", 80);
        self.proof().seed_sample().await?;
        progress("ready", 100);
        Ok(())
    }

    /// What is done once a minute.
    pub async fn minute(&self) -> Result<()> {
        casework::cases::jobs::minute(self.casework()).await.map(drop)
    }

    /// The workers of all rooms.
    pub fn worker(&self) -> Worker {
        let mut handlers = people::handlers(self.people());
        handlers.extend(proof::handlers(self.proof()));
        handlers.extend(casework::handlers(self.casework()));
        handlers.extend(oversight::handlers(&self.oversight));
        Worker::new(self.store().clone(), handlers)
    }

    /// The whole address map.
    pub fn routes(&self) -> Routes {
        crate::routes::all(self)
    }

    /// How it is.
    pub fn health(&self) -> &Health {
        &self.health
    }

    /// The store.
    pub fn store(&self) -> &Store {
        &self.app().store
    }

    /// The front.
    pub fn app(&self) -> &App {
        self.people()
    }

    /// Who.
    pub fn people(&self) -> &People {
        self.guide()
    }

    /// What can be done.
    pub fn guide(&self) -> &Guide {
        self.proof()
    }

    /// What is true.
    pub fn proof(&self) -> &Proof {
        self.casework()
    }

    /// Getting it done.
    pub fn casework(&self) -> &Casework {
        &self.oversight
    }

    /// How well.
    pub fn oversight(&self) -> &Oversight {
        &self.oversight
    }
}

impl Deref for Node {
    type Target = Oversight;
    fn deref(&self) -> &Oversight {
        &self.oversight
    }
}
