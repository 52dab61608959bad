//! What several examples share: the generators of example events, so that a binary can print them and a test can hold
//! the committed files to them; how a test does so; and how those that embed a stream keep its state.

pub mod expected;
pub mod folder;
pub mod rows;
pub mod social_media;
pub mod state;
