/** Entries that are not the page's looks: whoever is signed in stays so, and open terminals go on. */
const kept = /^scope\.(secret|sessions)/

/**
 * Forgets what this browser keeps of the page: places of nodes, columns of tables, colours, sizes of text. It opens as for somebody who was never
 * there.
 */
export function startAnew(): void {
  // After all others, who write down what they have when the page goes.
  window.addEventListener('pagehide', () => {
    for (const storage of [() => localStorage, () => sessionStorage]) forget(storage)
  })
  history.replaceState(null, '', location.pathname + location.search)
  location.reload()
}

/** @param storage throws when it is forbidden; nothing was kept then */
function forget(storage: () => Storage): void {
  try {
    const held = storage()
    for (const key of Object.keys(held)) if (key.startsWith('scope.') && !kept.test(key)) held.removeItem(key)
  } catch {
    // Nothing was kept.
  }
}
