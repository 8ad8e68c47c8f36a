import type { Mark } from '../../../domain/node/mark-of.ts'
import type { Frame } from '../../../draw/frame.ts'

/** The outlines of the marks of what runs; there are none until they are loaded, and nodes have their glyphs. */
export interface Marks {
  /** SVG paths by mark. */
  readonly outlines: Readonly<Record<string, string>>
  /** The same as the canvas takes them. The first time that one is asked for, they begin to be loaded. */
  readonly paths: Frame['marks']
}

/** Loads the outlines when the first one is drawn. @param loaded called when they are there; never, when they cannot be loaded */
export function loadMarks(load: () => Promise<Readonly<Record<Mark, string>>>, loaded: () => void): Marks {
  let outlines: Readonly<Record<string, string>> = {}
  const begin = () =>
    load().then(
      (all) => {
        outlines = all
        paths = new Map(Object.entries(all).map(([mark, path]) => [mark as Mark, new Path2D(path)]))
        loaded()
      },
      // Nodes then keep their glyphs, and lack nothing.
      () => undefined,
    )
  const none: Frame['marks'] = new Map<Mark, Path2D>()
  let paths: Frame['marks'] = {
    get() {
      paths = none
      void begin()
      return undefined
    },
  }
  return {
    get outlines() {
      return outlines
    },
    get paths() {
      return paths
    },
  }
}
