import { settings } from '../settings.ts'

/** What the window is told when a part of the page could not be loaded, each time anew, with {@link MissingFacts} as its detail. */
export const PART_MISSING = 'scope:part-missing'

/** What is known of a part that is missing. */
export interface MissingFacts {
  /** As {@link isReplaced} says. */
  readonly isReplaced: boolean | undefined
}

/** What the window is told when no part of the page is missing any more. */
export const PARTS_THERE = 'scope:parts-there'

/** What a missing part is asked for again at, besides after pauses: a network is back, or somebody may want to use it. */
const OCCASIONS = ['online', 'pointerdown', 'keydown'] as const

let missing = 0

/**
 * A part of the page that is loaded when it is needed. What could not be loaded is tried again until it comes, since browsers give up what they
 * load when the machine's network changes. When that does not help soon, the window is told ({@link PART_MISSING}, {@link PARTS_THERE}). It never
 * comes when the app has another build of the page by now.
 *
 * @param load calls `import()`
 */
export function loadPart<T>(load: () => Promise<T>): Promise<T> {
  return loadAgain(withOwnStyles(load), () => undefined)
}

/**
 * Loads what the whole page is drawn with, and then begins it. It begins without, too, when that cannot be had soon, and the window is then told
 * as by {@link loadPart}.
 */
export async function beginWith(load: () => Promise<unknown>, begin: () => void): Promise<void> {
  let hasBegun = false
  const beginOnce = () => {
    if (!hasBegun) begin()
    hasBegun = true
  }
  await loadAgain(load, beginOnce)
  beginOnce()
}

/** @param onMissing is called before the window is told */
async function loadAgain<T>(load: () => Promise<T>, onMissing: () => void): Promise<T> {
  const { partPausesMs, partPauseMostMs, partPauseLeastMs } = settings.data
  let isMissing = false
  let laterMs: number = partPausesMs.at(-1) ?? partPauseMostMs
  for (let tries = 0; ; tries++) {
    try {
      const loaded = await load()
      if (isMissing && --missing === 0) window.dispatchEvent(new Event(PARTS_THERE))
      return loaded
    } catch {
      const facts: MissingFacts = { isReplaced: await isReplaced() }
      const pauseMs = partPausesMs[tries]
      if (pauseMs !== undefined && facts.isReplaced !== true) {
        await sleep(pauseMs)
        continue
      }
      if (!isMissing) missing += 1
      isMissing = true
      onMissing()
      window.dispatchEvent(new CustomEvent(PART_MISSING, { detail: facts }))
      // Its files are gone.
      if (facts.isReplaced === true) return new Promise<never>(() => undefined)
      laterMs = Math.min(laterMs * 2, partPauseMostMs)
      await sleep(partPauseLeastMs)
      await occasion(laterMs - partPauseLeastMs)
    }
  }
}

const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))

/** Waits for one of {@link OCCASIONS}, but no longer than so many milliseconds. */
function occasion(mostMs: number): Promise<void> {
  return new Promise((resolve) => {
    const heard = new AbortController()
    const end = () => {
      clearTimeout(timer)
      heard.abort()
      resolve()
    }
    const timer = setTimeout(end, mostMs)
    for (const type of OCCASIONS) window.addEventListener(type, end, { capture: true, signal: heard.signal })
  })
}

/** Before each further try, the styles are loaded again that were to come with it: those of other parts are no concern of this one. */
function withOwnStyles<T>(load: () => Promise<T>): () => Promise<T> {
  const own = new Set<string>()
  return async () => {
    if (own.size > 0) await loadStylesAgain((href) => own.has(href))
    const before = new Set(styleLinks())
    const loading = load()
    for (const link of styleLinks()) if (!before.has(link)) own.add(link.href)
    return loading
  }
}

const styleLinks = () => [...document.head.querySelectorAll<HTMLLinkElement>('link[rel=stylesheet]')]

/**
 * Loads styles again that are not there: neither the browser nor a further try of the part that they belong to asks for them a second time.
 *
 * @param isWanted whether it is to load those of this address
 */
export async function loadStylesAgain(isWanted: (href: string) => boolean = () => true): Promise<void> {
  const links = styleLinks().filter(({ href }) => isWanted(href))
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
  const signal = AbortSignal.timeout(settings.data.buildTimeoutMs)
  const ask = () => fetch('./', { cache: 'no-store', headers: { accept: 'text/html' }, signal })
  try {
    // A question may be given up as the part was.
    const answer = await ask().catch((error) => (signal.aborted ? Promise.reject(error) : ask()))
    if (!answer.ok || own === undefined) return undefined
    return !(await answer.text()).includes(own)
  } catch {
    return undefined
  }
}
