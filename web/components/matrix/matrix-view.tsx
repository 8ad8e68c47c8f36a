import { createEffect, createMemo, createSignal, type JSX, on, Show } from 'solid-js'
import { nodeOf, type Selection } from '../../domain/address/route.ts'
import type { MapEdge } from '../../domain/graph/graph.ts'
import type { LiveContent } from '../../domain/graph/live-content.ts'
import {
  cellAt,
  cellWords,
  isSamePair,
  openedEdge,
  type Pair,
  pairAt,
  placeOf,
} from '../../domain/matrix/pairs.ts'
import { nextSize, type Space } from '../../domain/matrix/sizes.ts'
import { type At, stepInMatrix } from '../../domain/matrix/step.ts'
import type { Focus } from '../../domain/node/neighbours.ts'
import type { Point } from '../../domain/plot/geometry.ts'
import { settings } from '../../settings.ts'
import { Sheet } from '../sheet/sheet.tsx'
import { SheetTool } from '../sheet/sheet-tool.tsx'
import { zoomSheet } from '../sheet/zoom-sheet.ts'
import type { FollowInside } from '../tooltip/create-pointed-edge.ts'
import { PointedEdgeTooltip } from '../tooltip/pointed-edge-tooltip.tsx'
import { Cells } from './cells.tsx'
import { createMatrix } from './create-matrix.ts'
import { Names } from './names.tsx'
import './matrix.css'

/** Props of {@link MatrixView}. */
export interface MatrixViewProps {
  readonly content: LiveContent
  /** Differs when something else is asked for: another view, filter or option. */
  readonly asked: string
  readonly selected: Selection | undefined
  /** Search results; the names of all others are faint. */
  readonly matches: Focus | undefined
  readonly beside: boolean
  /** Filter and options of the view. */
  readonly options: JSX.Element
  /** Follows the connections within an edge, given its id. */
  readonly inside: FollowInside
  readonly onSelect: (selection: Selection) => void
  /** The menu of a node is asked for, at a place of the window. */
  readonly onMenu: (id: string, at: Point) => void
}

/** Who calls whom, for views with so many connections that their edges would hide each other: rows call columns. */
export function MatrixView(props: MatrixViewProps): JSX.Element {
  const [size, setSize] = createSignal<number>()
  const [space, setSpace] = createSignal<Space>({ width: 0, height: 0 })
  const [at, setAt] = createSignal<At>()
  const [named, setNamed] = createSignal<Partial<At>>()
  const [pointer, setPointer] = createSignal<Point>()
  const [isPointed, setPointed] = createSignal(false)
  const [isStepped, setStepped] = createSignal(false)
  let scroller!: HTMLElement
  /** Where the keyboard was when the focus went away. */
  let left: Pair | undefined

  const graph = () => props.content.graph
  /** Nothing moves while somebody points at it, or is at a cell by keyboard, unless it was to become another. */
  const isHeld = () => props.content.loaded && (isPointed() || isStepped())
  const release = () => {
    setPointed(false)
    setStepped(false)
  }
  const forget = () => {
    release()
    setAt(undefined)
    setPointer(undefined)
    left = undefined
  }
  createEffect(on(() => props.asked, forget, { defer: true }))
  const { matrix, labels, fitting } = createMatrix({
    content: () => props.content,
    isHeld,
    pointed: () => at() ?? named(),
    space,
  })
  const cell = () => size() ?? fitting()
  const resize = (by: 1 | -1) => {
    const next = nextSize(settings.matrix.sizes, cell(), by)
    if (next !== undefined) setSize(next)
  }
  const fit = () => {
    release()
    setSize(undefined)
  }
  const label = (id: string | undefined) => labels().get(id ?? '') ?? ''
  const cellHere = createMemo(() => cellAt(matrix(), at()))
  const pair = createMemo(
    (): Pair | undefined => {
      const there = at()
      return there && pairAt(matrix(), there)
    },
    undefined,
    { equals: isSamePair },
  )
  const known = createMemo(
    (before: MapEdge | undefined) => openedEdge(before, pair(), cellHere()?.edge),
    undefined,
  )
  const isCalling = createMemo(() => cellHere() !== undefined)
  // Told once for each cell, and when it fills or empties: its numbers change with every frame, which would be read out without end.
  const words = createMemo(
    on([pair, isCalling], ([there]) =>
      there ? cellWords(label(there.client), label(there.server), cellHere()?.edge) : '',
    ),
  )
  const open = (place: At | undefined) => {
    const edge = openedEdge(known(), place && pairAt(matrix(), place), cellAt(matrix(), place)?.edge)
    if (edge) props.onSelect({ kind: 'edge', source: edge.source, target: edge.target })
  }
  const selectedNode = () => nodeOf(props.selected)
  const selectedCell = createMemo(() => {
    const { selected } = props
    if (selected?.kind !== 'edge') return undefined
    const { source, target } = selected
    return matrix().cells.find(({ edge }) => edge.source === source && edge.target === target)
  })
  const isFaint = (id: string) => props.matches !== undefined && !props.matches.nodes.has(id)

  const onCellKey = (event: KeyboardEvent) => {
    if (event.key === 'Enter') return open(at())
    const next = stepInMatrix(matrix().cells, at(), event)
    if (!next) return
    event.preventDefault()
    setPointer(undefined)
    setStepped(true)
    setAt(next)
    scroller.querySelector('[data-current]')?.scrollIntoView({ block: 'nearest', inline: 'nearest' })
  }
  const onFocusOut = () => {
    // What the pointer is on stays.
    if (isStepped() && !pointer()) {
      left = pair()
      setAt(undefined)
    }
    setStepped(false)
  }
  const onFocusIn = () => {
    const place = placeOf(matrix(), left)
    left = undefined
    if (at() || !place) return
    setStepped(true)
    setAt(place)
  }
  zoomSheet(() => scroller, {
    step: resize,
    turn: (deltaY) => resize(deltaY < 0 ? 1 : -1),
    all: fit,
    resized: ({ clientWidth: width, clientHeight: height }) => setSpace({ width, height }),
  })
  const names = (kind: 'row' | 'column') => (
    <Names
      kind={kind}
      ids={kind === 'row' ? matrix().rows : matrix().columns}
      label={label}
      current={kind === 'row' ? at()?.row : at()?.column}
      selected={selectedNode()}
      isFaint={isFaint}
      isPresent={(id) => graph().nodes.has(id)}
      onPoint={(index) => setNamed(index === undefined ? undefined : { [kind]: index })}
      onOpen={(id) => props.onSelect({ kind: 'node', id })}
      onMenu={props.onMenu}
    />
  )

  return (
    <Sheet
      testId="matrix"
      beside={props.beside}
      options={props.options}
      bar={
        <div class="sheet-tools" role="toolbar" aria-label="Matrix">
          <SheetTool icon="minus" label="Smaller" hint="Smaller  −" onPress={() => resize(-1)} />
          <SheetTool icon="plus" label="Larger" hint="Larger  +" onPress={() => resize(1)} />
          <SheetTool icon="fit" label="Fit" hint="Fit  0" onPress={fit} />
        </div>
      }
    >
      <section
        class="matrix"
        ref={(element) => {
          scroller = element
        }}
        data-takes-focus
        data-testid="matrix-cells"
        data-size={cell()}
        tabindex="0"
        role="application"
        aria-label="Matrix: rows call columns. Arrow keys go from cell to cell, Enter opens its connections, plus and minus zoom."
        onKeyDown={onCellKey}
        onFocusIn={onFocusIn}
        onFocusOut={onFocusOut}
        onPointerMove={({ pointerType, target }) =>
          setPointed(
            pointerType === 'mouse' &&
              target instanceof Element &&
              target.closest('.matrix-names, .matrix-cells') !== null,
          )
        }
        onPointerLeave={() => setPointed(false)}
      >
        <p class="matrix-corner">
          <span>calls ↓</span>
          <span>is called →</span>
        </p>
        {names('column')}
        {names('row')}
        <Cells
          matrix={matrix()}
          size={cell()}
          current={at()}
          selected={selectedCell()}
          onPoint={(there, place) => {
            setAt(there)
            setPointer(place)
          }}
          onOpen={open}
        />
      </section>
      <Show when={props.content.loaded && matrix().cells.length === 0}>
        <p class="sheet-empty">Nothing that is shown calls anything.</p>
      </Show>
      <p class="for-readers" aria-live="polite" data-testid="matrix-words">
        {words()}
      </p>
      <Show when={pointer()}>
        {(place) => (
          <div class="matrix-tooltip">
            <PointedEdgeTooltip
              edgeId={cellHere()?.edge.id}
              graph={graph()}
              selected={props.selected}
              inside={props.inside}
              at={place()}
            />
          </div>
        )}
      </Show>
    </Sheet>
  )
}
