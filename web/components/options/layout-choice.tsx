import { type JSX, Show } from 'solid-js'
import { type LayoutKind, layoutKindOf, layoutKinds } from '../../domain/address/layout-kind.ts'
import { Keyed } from '../keyed/keyed.tsx'
import './group-by.css'

/** Props of {@link LayoutChoice}. */
export interface LayoutChoiceProps {
  readonly chosen: LayoutKind
  /** The map has too many nodes and edges for it, and is laid out as by default. */
  readonly isTooLarge: boolean
  readonly onChoose: (kind: LayoutKind) => void
  /** The matrix is to be shown instead. */
  readonly onMatrix: () => void
}

/** Chooses how the map is laid out. */
export function LayoutChoice(props: LayoutChoiceProps): JSX.Element {
  return (
    <label class="group-by-choice ring-choice options-group">
      <span class="options-label">Layout</span>
      <select
        data-testid="layout"
        aria-label="Layout"
        onChange={(event) => {
          const { value } = event.currentTarget
          if (value === 'matrix') props.onMatrix()
          else props.onChoose(layoutKindOf(value))
        }}
      >
        <Keyed each={layoutKinds} by={({ kind }) => kind}>
          {(choice) => (
            <option value={choice().kind} title={choice().hint} selected={props.chosen === choice().kind}>
              {choice().label}
            </option>
          )}
        </Keyed>
        <option value="matrix" title="Rows call columns">
          matrix
        </option>
      </select>
      <Show when={props.isTooLarge}>
        <span class="group-by-said" data-testid="layout-said">
          too large: as flow
        </span>
      </Show>
    </label>
  )
}
