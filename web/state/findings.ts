import { createEffect, createSignal, onCleanup } from 'solid-js'
import type { FindingsDocument } from '../../src/api/types.ts'
import { openFindingsStream } from '../data/live/findings-stream.ts'
import { noFindings, spoken, troubles } from '../domain/happening/findings.ts'

/** What is not well, kept up to date. */
export interface Findings {
  readonly document: () => FindingsDocument
  /** What a screen reader is to be told of the latest change. */
  readonly spoken: () => string
  /** How many say that something does not work. */
  readonly troubles: () => number
}

const troubleIcon = new URL('../icon-trouble.svg', import.meta.url).href

/** Follows the stream of findings, and marks the page's icon while something does not work. */
export function createFindings(): Findings {
  const [document, setDocument] = createSignal(noFindings)
  const [words, setWords] = createSignal('')
  const stream = openFindingsStream({
    frame: ({ findings, total = 0 }) => {
      if (findings === undefined) return
      const next = { findings, total }
      const said = spoken(document(), next)
      if (said !== '') setWords(said)
      setDocument(next)
    },
    // The state of the connection is shown by the stream of the view.
    state() {},
  })
  onCleanup(() => stream.close())
  const count = () => troubles(document())
  createEffect(() => markIcon(count() > 0))
  onCleanup(() => markIcon(false))
  return { document, spoken: words, troubles: count }
}

function markIcon(isTrouble: boolean): void {
  const link = document.querySelector<HTMLLinkElement>('link[rel=icon]')
  if (link === null) return
  link.dataset.calm ??= link.href
  const href = isTrouble ? troubleIcon : link.dataset.calm
  if (link.href !== href) link.href = href
}
