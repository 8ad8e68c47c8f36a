import { createMemo, createResource, type JSX, Show } from 'solid-js'
import type { Mark } from '../../domain/node/mark-of.ts'
import { loadMarkPaths } from '../../marks/load-marks.ts'
import './node-mark.css'

/** The mark of what runs in a node, beside its name; nothing when that is not known. Screen readers are told the name alone. */
export function NodeMark(props: { readonly mark: Mark | undefined }): JSX.Element {
  const isKnown = createMemo(() => props.mark !== undefined)
  const [paths] = createResource(isKnown, loadMarkPaths)
  const path = createMemo(() => {
    const { mark } = props
    // A mark that cannot be loaded is left out.
    return mark === undefined || paths.error !== undefined ? undefined : paths.latest?.[mark]
  })
  return (
    <Show when={path() !== undefined}>
      <svg class="node-mark" viewBox="0 0 24 24" aria-hidden="true" data-mark={props.mark}>
        <path d={path() ?? ''} />
      </svg>
    </Show>
  )
}
