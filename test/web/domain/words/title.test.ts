import { expect, it } from 'vitest'
import { pageTitle, type TitleFacts } from '../../../../web/domain/words/title.ts'

it.each<[string, Partial<TitleFacts>]>([
  ['Scope', { view: undefined }],
  ['Containers · Scope', {}],
  ['shop · Containers · Scope', { labels: ['shop'] }],
  ['shop → db · Containers · Scope', { labels: ['shop', 'db'] }],
  ['Containers · Scope', { labels: [''] }],
  ['(1,101) Containers · Scope', { troubles: 1101 }],
])('is %s', (title, facts) =>
  expect(pageTitle({ labels: [], view: 'Containers', troubles: 0, ...facts })).toBe(title),
)
