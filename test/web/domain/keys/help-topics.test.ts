import { expect, it } from 'vitest'
import { foundTopics } from '../../../../web/domain/keys/help-topics.ts'

const topics = [
  {
    title: 'Keys',
    lines: [
      { keys: ['Ctrl K'], does: 'Go to anything' },
      { keys: ['T'], does: 'Show the table' },
    ],
  },
  { title: 'In the table', lines: [{ keys: ['M'], does: 'The menu of the row' }] },
]
const found = (text: string) => foundTopics(topics, text).map(({ lines }) => lines.map(({ does }) => does))

it.each([
  ['', [['Go to anything', 'Show the table'], ['The menu of the row']]],
  ['TABLE', [['Show the table'], ['The menu of the row']]],
  ['table menu', [['The menu of the row']]],
  ['ctrl k', [['Go to anything']]],
  ['nothing of it', []],
])('of the help, "%s" finds what has all its words', (text, lines) => {
  expect(found(text)).toEqual(lines)
})
