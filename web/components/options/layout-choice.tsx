import type { JSX } from 'solid-js'
import { type LayoutKind, layoutKindOf, layoutKinds } from '../../domain/address/layout-kind.ts'
import { Keyed } from '../keyed/keyed.tsx'
import './group-by.css'

/** Props of {@link LayoutChoice}. */
export interface LayoutChoiceProps {
  readonly chosen: LayoutKind
  readonly onChoose: (kind: LayoutKind) => void
}

/** Chooses how the map is laid out. */
export function LayoutChoice(props: LayoutChoiceProps): JSX.Element {
  return (
    <label class="group-by-choice ring-choice options-group">
      <span class="options-label">Layout</span>
      <select
        data-testid="layout"
        aria-label="Layout"
        onChange={(event) => props.onChoose(layoutKindOf(event.currentTarget.value))}
      >
        <Keyed each={layoutKinds} by={({ kind }) => kind}>
          {(choice) => (
            <option value={choice().kind} title={choice().hint} selected={props.chosen === choice().kind}>
              {choice().label}
            </option>
          )}
        </Keyed>
      </select>
    </label>
  )
}
