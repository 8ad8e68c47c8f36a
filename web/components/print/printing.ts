import { onCleanup } from 'solid-js'
import { isFresh, type KeptPicture } from '../../domain/picture.ts'
import type { Sheet } from '../../domain/table/export.ts'
import { settings } from '../../settings.ts'
import { layOut, printedCard, printedPicture, printedTable } from './print-sheet.ts'

/** What of the page is printed. */
export interface PrintSources {
  /** What stands above it. */
  readonly title: () => string
  /** Another text when something else is shown. */
  readonly subject: () => string
  /** The whole map in light colours, as an SVG document; undefined while no map is shown. */
  readonly picture: (title: string) => Promise<string> | undefined
  /** How many nodes the map has: a picture with another number is old. */
  readonly nodes: () => number
  /** What the table shows; undefined while no table is shown. */
  readonly table: () => Sheet | undefined
}

/** Prints what is shown. */
export interface Printing {
  /** Prints the map or the table, and the open card after it. */
  print(): void
  /** Prints only the open card. */
  printCard(): void
}

/**
 * Prints the same whether the page or the menu of the browser is asked to: the browser waits for nothing, but the map is drawn by a worker.
 * So its picture is asked for when somebody may be on the way to that menu.
 */
export function createPrinting(sources: PrintSources): Printing {
  let kept: KeptPicture | undefined
  let isOnlyCard = false
  let takeAway: (() => void) | undefined
  const ended = new AbortController()
  onCleanup(() => ended.abort())

  const now = () => ({
    subject: sources.subject(),
    title: sources.title(),
    nodes: sources.nodes(),
    atMs: performance.now(),
  })
  const prepare = async () => {
    const told = now()
    const svg = await sources.picture(told.title)
    kept = svg === undefined ? undefined : { ...told, svg }
  }
  const foresee = () => {
    if (!isFresh(kept, now(), settings.print.freshMs)) void prepare()
  }
  /** The map, or the table, with what stands above it. */
  const main = (): { readonly title: string; readonly part: Element } | undefined => {
    const table = sources.table()
    if (table) return { title: sources.title(), part: printedTable(table) }
    if (kept?.subject !== sources.subject()) return undefined
    return { title: kept.title, part: printedPicture(kept.svg) }
  }
  const begin = () => {
    takeAway?.()
    takeAway = undefined
    const card = printedCard()
    if (isOnlyCard) {
      if (card) takeAway = layOut(sources.title(), [card])
      return
    }
    const shown = main()
    if (shown) takeAway = layOut(shown.title, card ? [shown.part, card] : [shown.part])
  }
  const end = () => {
    isOnlyCard = false
    takeAway?.()
    takeAway = undefined
  }
  const { signal } = ended
  // Where the page draws the map itself, its picture is there before the next listener is called.
  window.addEventListener('beforeprint', foresee, { signal })
  window.addEventListener('beforeprint', begin, { signal })
  window.addEventListener('afterprint', end, { signal })
  document.documentElement.addEventListener('pointerleave', foresee, { signal })
  document.addEventListener('contextmenu', foresee, { signal })
  window.addEventListener('blur', foresee, { signal })
  return {
    print: () => void prepare().then(() => window.print()),
    printCard() {
      isOnlyCard = true
      window.print()
    },
  }
}
