import { settings } from '../settings.ts'

/** What the window is told when a part of the page could not be loaded. */
export const PART_MISSING = 'scope:part-missing'

/**
 * A part of the page that is loaded when it is needed. What could not be loaded is tried again, since browsers give up what they load when the
 * machine's network changes. When that does not help, the window is told ({@link PART_MISSING}), and the part never comes.
 *
 * @param load calls `import()`
 */
export async function loadPart<T>(load: () => Promise<T>): Promise<T> {
  const part = await tryToLoad(load)
  if (part) return part.loaded
  window.dispatchEvent(new Event(PART_MISSING))
  return new Promise<never>(() => undefined)
}

/**
 * Loads what the whole page is drawn with, and then begins it. It begins without, too, when that cannot be had, and the window is then told as
 * by {@link loadPart}.
 */
export async function beginWith(load: () => Promise<unknown>, begin: () => void): Promise<void> {
  const part = await tryToLoad(load)
  begin()
  if (!part) window.dispatchEvent(new Event(PART_MISSING))
}

async function tryToLoad<T>(load: () => Promise<T>): Promise<{ readonly loaded: T } | undefined> {
  for (const [tries, pauseMs] of settings.data.partPausesMs.entries()) {
    try {
      if (tries > 0) await loadStylesAgain()
      return { loaded: await load() }
    } catch {
      if ((await isReplaced()) === true) break
      await new Promise((resolve) => setTimeout(resolve, pauseMs))
    }
  }
  return undefined
}

/** Loads styles again that are not there: neither the browser nor a further try of the part that they belong to asks for them a second time. */
export async function loadStylesAgain(): Promise<void> {
  const links = [...document.head.querySelectorAll<HTMLLinkElement>('link[rel=stylesheet]')]
  const there = new Set(links.flatMap((link) => (hasStyles(link) ? [link.href] : [])))
  const missing = new Set(links.map(({ href }) => href).filter((href) => !there.has(href)))
  await Promise.all(
    [...missing].map(
      (href) =>
        new Promise<void>((resolve, reject) => {
          const link = Object.assign(document.createElement('link'), { rel: 'stylesheet', href })
          // Where the missing one is: of two rules that say something else, the later one holds.
          const place = links.findLast((one) => one.href === href)
          link.addEventListener('load', () => resolve())
          link.addEventListener('error', () => {
            link.remove()
            reject(new Error(`${href} could not be loaded`))
          })
          place?.after(link)
        }),
    ),
  )
}

function hasStyles({ sheet }: HTMLLinkElement): boolean {
  try {
    return (sheet?.cssRules.length ?? 0) > 0
  } catch {
    // The rules of a sheet that could not be loaded may not be read.
    return false
  }
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
    const signal = AbortSignal.timeout(settings.data.buildTimeoutMs)
    const answer = await fetch('./', { cache: 'no-store', headers: { accept: 'text/html' }, signal })
    if (!answer.ok || own === undefined) return undefined
    return !(await answer.text()).includes(own)
  } catch {
    return undefined
  }
}
