import { createEffect } from 'solid-js'
import { pageTitle, type TitleFacts } from '../../domain/words/title.ts'

/** Keeps the title of the page's window. */
export function createTitle(facts: () => TitleFacts): void {
  createEffect(() => {
    document.title = pageTitle(facts())
  })
}
