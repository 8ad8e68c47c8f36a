import { expect, it } from 'vitest'
import { breakable, foundTopics } from '../../../../web/domain/keys/help-topics.ts'

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

it.each([
  ['host it is on; here: alpha', ['host it is on; here: alpha']],
  ['here: com.docker.compose.project=shop', ['here: com.', 'docker.', 'compose.', 'project=', 'shop']],
  ['label.name: its value; here: 10.0.0.0/8', ['label.name: its value; here: 10.0.0.0/8']],
  ['/srv/shop/docker-compose.yml', ['/srv/', 'shop/', 'docker-', 'compose.', 'yml']],
  ['state: running, exited, paused …', ['state: running, exited, paused …']],
  ['-is:', ['-is:']],
  ['', ['']],
])('"%s" of the help may break between the words that it has', (text, pieces) => {
  expect(breakable(text)).toEqual(pieces)
})
