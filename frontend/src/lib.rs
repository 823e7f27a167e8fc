//! The entry point of the wasm: wakes the islands of `app`.

// Named, or the linker drops the islands: nothing else here refers to them.
use app as _;

/// Called once by the script in the page.
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    console_error_panic_hook::set_once();
    leptos::mount::hydrate_islands();
}
