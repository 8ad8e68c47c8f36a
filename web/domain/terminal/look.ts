/** How terminals look. */
export interface TerminalLook {
  /** In pixels. */
  readonly fontSize: number
  /** Whether what is shown is told to screen readers. */
  readonly reader: boolean
}

/** The sizes that the text of a terminal can have, and the one that it has at first, in pixels. */
export interface FontSizes {
  readonly first: number
  readonly min: number
  readonly max: number
}

/** The look that a kept text tells. What is not such a text tells the first one. */
export function lookFrom(kept: string | null, sizes: FontSizes): TerminalLook {
  try {
    const { fontSize, reader } = JSON.parse(kept ?? '{}') as Partial<Record<keyof TerminalLook, unknown>>
    return { fontSize: within(Number(fontSize) || sizes.first, sizes), reader: reader === true }
  } catch {
    return { fontSize: sizes.first, reader: false }
  }
}

/** The look with larger or smaller text. @param step in pixels */
export function zoomedLook(look: TerminalLook, step: number, sizes: FontSizes): TerminalLook {
  return { ...look, fontSize: within(look.fontSize + step, sizes) }
}

function within(size: number, { min, max }: FontSizes): number {
  return Math.min(max, Math.max(min, size))
}
