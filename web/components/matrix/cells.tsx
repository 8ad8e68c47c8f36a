import { type JSX, Show } from 'solid-js'
import type { Matrix, MatrixCell } from '../../domain/matrix/cells.ts'
import type { At } from '../../domain/matrix/step.ts'
import type { Point } from '../../domain/plot/geometry.ts'
import { idOf, Keyed } from '../keyed/keyed.tsx'

/** Props of {@link Cells}. */
export interface CellsProps {
  readonly matrix: Matrix
  /** Width and height of a cell in pixels. */
  readonly size: number
  /** The cell that is pointed at. */
  readonly current: At | undefined
  /** The cell whose card is open. */
  readonly selected: MatrixCell | undefined
  /** The pointer is on a cell, at a place of the window, or has left. */
  readonly onPoint: (at: At | undefined, place: Point | undefined) => void
  /** A cell was pressed, which a finger does without having pointed at it. */
  readonly onOpen: (at: At) => void
}

/** The cells of a matrix: the darker the busier; a cross where connections fail. */
export function Cells(props: CellsProps): JSX.Element {
  const width = () => props.matrix.columns.length * props.size
  const height = () => props.matrix.rows.length * props.size
  const cellUnder = (event: MouseEvent & { readonly currentTarget: Element }): At => {
    const { left, top } = event.currentTarget.getBoundingClientRect()
    const column = Math.floor((event.clientX - left) / props.size)
    const row = Math.floor((event.clientY - top) / props.size)
    return { row, column }
  }
  const box = ({ row, column }: At) => ({
    x: column * props.size,
    y: row * props.size,
    width: props.size,
    height: props.size,
  })
  const cross = ({ row, column }: At) => {
    const [x, y, inset] = [column * props.size, row * props.size, props.size * 0.28]
    const [right, bottom] = [x + props.size - inset, y + props.size - inset]
    return `M${x + inset} ${y + inset}L${right} ${bottom}M${right} ${y + inset}L${x + inset} ${bottom}`
  }
  return (
    <svg
      class="matrix-cells"
      width={width()}
      height={height()}
      aria-hidden="true"
      onPointerMove={(event) => props.onPoint(cellUnder(event), { x: event.clientX, y: event.clientY })}
      onPointerLeave={() => props.onPoint(undefined, undefined)}
      onClick={(event) => props.onOpen(cellUnder(event))}
    >
      <rect class="matrix-ground" width={width()} height={height()} />
      <Show when={props.current !== undefined}>
        <rect
          class="matrix-line"
          y={(props.current?.row ?? 0) * props.size}
          width={width()}
          height={props.size}
        />
        <rect
          class="matrix-line"
          x={(props.current?.column ?? 0) * props.size}
          width={props.size}
          height={height()}
        />
      </Show>
      <Keyed each={props.matrix.cells} by={idOf}>
        {(cell) => (
          <>
            <rect
              class="matrix-cell"
              data-testid="matrix-cell"
              data-shade={cell().shade}
              data-failing={cell().failing || undefined}
              x={cell().column * props.size + 1}
              y={cell().row * props.size + 1}
              width={props.size - 2}
              height={props.size - 2}
              rx="2"
            />
            <Show when={cell().failing}>
              <path class="matrix-cross" d={cross(cell())} />
            </Show>
          </>
        )}
      </Keyed>
      <Show when={props.current !== undefined}>
        <rect class="matrix-current" data-current {...box(props.current ?? { row: 0, column: 0 })} />
      </Show>
      <Show when={props.selected !== undefined}>
        <rect class="matrix-selected" {...box(props.selected ?? { row: 0, column: 0 })} />
      </Show>
    </svg>
  )
}
