//! The generators of example events, so that a binary can print them and a test can hold the committed files to
//! them, and how a test does so. Nothing here evaluates.

pub mod expected;
pub mod social_media;
