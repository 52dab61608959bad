//! The language as text: a policy file to its syntax tree, and the tree back to text.

pub mod ast;
