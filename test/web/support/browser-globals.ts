import { vi } from 'vitest'

/** Local storage in memory; `vi.unstubAllGlobals()` takes it away. */
export const stubStorage = (): Map<string, string> => {
  const items = new Map<string, string>()
  vi.stubGlobal('localStorage', {
    getItem: (key: string) => items.get(key) ?? null,
    setItem: (key: string, value: string) => void items.set(key, value),
    removeItem: (key: string) => void items.delete(key),
  })
  return items
}

/** What of a browser the page's data and state use, for a page at an address. @returns the entries of local storage */
export const stubBrowser = (url: string): Map<string, string> => {
  vi.stubGlobal('location', new URL(url))
  // Without any element: no styles, and not the file that the page began with.
  const none = { querySelector: () => null, querySelectorAll: () => [] }
  vi.stubGlobal('document', Object.assign(new EventTarget(), { hidden: false, head: none, ...none }))
  vi.stubGlobal(
    'window',
    Object.assign(new EventTarget(), { setTimeout, clearTimeout, setInterval, clearInterval }),
  )
  return stubStorage()
}

/** What a browser tells a tab when another one has changed local storage. */
export const tellStorage = (key: string): void => {
  window.dispatchEvent(Object.assign(new Event('storage'), { key }))
}
