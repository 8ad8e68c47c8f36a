/** Width and height in pixels. */
export interface Space {
  readonly width: number
  readonly height: number
}

/** The sizes that a cell of a matrix can have, ascending, and the room that names take, in pixels. */
export interface CellSizes {
  readonly sizes: readonly number[]
  readonly names: number
}

/** The largest size of a cell with which a whole matrix is in sight, else the smallest that can be read. */
export function fittingSize(
  { rows, columns }: { readonly rows: readonly unknown[]; readonly columns: readonly unknown[] },
  { width, height }: Space,
  { sizes, names }: CellSizes,
): number {
  const fits = (size: number) =>
    rows.length * size + names <= height && columns.length * size + names <= width
  return sizes.findLast(fits) ?? sizes[0] ?? 0
}

/** The next larger or smaller size of a cell; undefined when there is none. */
export function nextSize(sizes: readonly number[], size: number, by: 1 | -1): number | undefined {
  return sizes[sizes.indexOf(size) + by]
}
