/** The secret of a page that may not use local storage; its session is then not shared with other tabs. */
let withoutStorage: string | undefined

/**
 * Name of the entry in local storage, which belongs to the origin, so to the port as well. It has the path too: behind a
 * proxy, several apps can be served below paths of one origin.
 */
function storageKey(): string {
  return `scope.secret ${new URL('.', location.href).pathname}`
}

/** The secret of the session that this browser holds; undefined when it is not signed in. */
export function heldSecret(): string | undefined {
  try {
    return localStorage.getItem(storageKey()) ?? undefined
  } catch {
    return withoutStorage
  }
}

/** Keeps the secret of a new session for all tabs; undefined forgets it. */
export function holdSecret(secret: string | undefined): void {
  try {
    if (secret === undefined) localStorage.removeItem(storageKey())
    else localStorage.setItem(storageKey(), secret)
  } catch {
    withoutStorage = secret
  }
}

/**
 * Calls `listener` when another tab has signed in or out.
 *
 * @returns a function that ends this
 */
export function onSecretChange(listener: () => void): () => void {
  const onStorage = (event: StorageEvent) => {
    // Without a key, all of the storage was cleared.
    if (event.key === null || event.key === storageKey()) listener()
  }
  window.addEventListener('storage', onStorage)
  return () => window.removeEventListener('storage', onStorage)
}
