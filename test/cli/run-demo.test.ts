import { expect, test } from 'vitest'
import { defaultOptions } from '../../src/cli/options/options.ts'
import { describeDemo } from '../../src/cli/run/run-demo.ts'

test.each([
  [
    ['http://127.0.0.1:4040'],
    {},
    [
      'Scope shows a demo: a simulated shop of 40 containers on 3 hosts.',
      '  page  http://127.0.0.1:4040',
      '  link  http://127.0.0.1:4040/#code=CODE',
      '        signs one browser in, within 10 minutes',
      'Ctrl-C ends it.',
    ],
  ],
  [
    ['http://127.0.0.1:4040', 'http://10.0.0.5:4040'],
    { hosts: 1, containers: 7 },
    [
      'Scope shows a demo: a simulated shop of 7 containers on 1 host.',
      '  page  http://127.0.0.1:4040',
      '        http://10.0.0.5:4040',
      '  link  http://127.0.0.1:4040/#code=CODE',
      '        signs one browser in, within 10 minutes',
      '  token SECRET  (asked of other users and machines)',
      'Ctrl-C ends it.',
    ],
  ],
])('a demo at %j says so', (urls, options, lines) => {
  expect(
    describeDemo(
      { ...defaultOptions, ...options },
      urls,
      ['http://127.0.0.1:4040/#code=CODE'],
      'SECRET',
    ).split('\n'),
  ).toEqual(lines)
})
