/** A rectangle to be placed. */
export interface Size {
  readonly width: number
  readonly height: number
}

/** The upper left corners of the placed rectangles, and the size of the whole. */
export interface Packing extends Size {
  readonly places: readonly { readonly x: number; readonly y: number }[]
}

/**
 * Places rectangles in rows, keeping their order. The width of the rows is chosen such that the whole best fits a space
 * of the given aspect (width over height).
 */
export function pack(sizes: readonly Size[], gap: number, aspect: number): Packing {
  const widest = Math.max(0, ...sizes.map((size) => size.width))
  let best: Packing | undefined
  let least = Number.POSITIVE_INFINITY
  let width = 0
  const widths = new Set([widest])
  for (const size of sizes) {
    width += size.width + (width > 0 ? gap : 0)
    widths.add(Math.max(widest, width))
  }
  const area = sizes.reduce((sum, size) => sum + (size.width + gap) * (size.height + gap), 0)
  for (const factor of [0.8, 1, 1.2, 1.5]) widths.add(Math.max(widest, Math.sqrt(area * aspect) * factor))
  for (const candidate of widths) {
    const packing = inRows(sizes, gap, candidate)
    const cost = Math.max(packing.width, packing.height * aspect)
    if (cost < least - 0.5) {
      least = cost
      best = packing
    }
  }
  return best ?? { places: [], width: 0, height: 0 }
}

function inRows(sizes: readonly Size[], gap: number, widthMax: number): Packing {
  const rows: { items: Size[]; width: number; height: number }[] = []
  for (const size of sizes) {
    const row = rows.at(-1)
    if (row && row.width + gap + size.width <= widthMax + 0.5) {
      row.items.push(size)
      row.width += gap + size.width
      row.height = Math.max(row.height, size.height)
    } else {
      rows.push({ items: [size], width: size.width, height: size.height })
    }
  }
  const width = Math.max(0, ...rows.map((row) => row.width))
  const places: { x: number; y: number }[] = []
  let y = 0
  for (const row of rows) {
    let x = (width - row.width) / 2
    for (const item of row.items) {
      places.push({ x, y: y + (row.height - item.height) / 2 })
      x += item.width + gap
    }
    y += row.height + gap
  }
  return { places, width, height: Math.max(0, y - gap) }
}
