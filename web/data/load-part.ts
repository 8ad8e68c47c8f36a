/** What Vite tells the window when a part of the page could not be loaded. Whoever sees to that prevents its default, which is to throw. */
export const PART_MISSING = 'vite:preloadError'

/**
 * A part of the page that is loaded when it is needed. While somebody sees to it that it could not be loaded ({@link PART_MISSING}), it
 * never comes.
 *
 * @param loading what `import()` returns; undefined instead of the part when somebody sees to the failure
 */
export async function loadPart<T>(loading: Promise<T | undefined>): Promise<T> {
  return (await loading) ?? new Promise<never>(() => undefined)
}

/** The file that the page began with. Each build of the page has another one. */
export function ownFile(): string | undefined {
  return (
    document.querySelector<HTMLScriptElement>('script[type=module][src]')?.getAttribute('src') ?? undefined
  )
}

/** Whether the app has another build of the page by now; undefined when it does not answer. */
export async function isReplaced(own = ownFile()): Promise<boolean | undefined> {
  try {
    const answer = await fetch('./', { cache: 'no-store', headers: { accept: 'text/html' } })
    if (!answer.ok || own === undefined) return undefined
    return !(await answer.text()).includes(own)
  } catch {
    return undefined
  }
}
