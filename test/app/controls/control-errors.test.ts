import { describe, expect, it } from 'vitest'
import { useControl } from '../../../src/api/operations/controls.ts'
import { ChannelError } from '../../../src/app/channel/channel-error.ts'
import { answerOfChannelError, answerOfMissing } from '../../../src/app/controls/control-errors.ts'
import { documentedTable } from '../../support/doc-table.ts'

const [, ...rows] = documentedTable('docs/controls.md', 'Errors')
const documented = rows.flatMap(([status = '', codes = '']) =>
  codes.split(', ').map((code): [string, number] => [code, Number(status.slice(0, 3))]),
)
const statusesOf = (code: string) =>
  documented.filter(([known]) => known === code).map(([, status]) => status)

/** Codes of a probe or the channel to it. */
const ofProbes = [
  'invalid_params',
  'not_allowed',
  'unknown_node',
  'unknown_control',
  'not_offered',
  'conflict',
  'stale',
  'too_large',
  'closed',
  'bad_answer',
  'busy',
  'no_channel',
  'timeout',
]

describe('errors of using a control', () => {
  it.each(ofProbes)('%s has the status that is documented', (code) => {
    expect(statusesOf(code)).toEqual([answerOfChannelError(new ChannelError(code, 'why')).status])
  })

  it('any other that a probe tells is 502, with its code', () => {
    expect(answerOfChannelError(new ChannelError('no_such_container', 'it is gone'))).toMatchObject({
      status: 502,
      code: 'no_such_container',
      message: 'it is gone',
    })
  })

  it.each(Object.getOwnPropertyNames(Object.prototype))('%s, told by a probe, is 502, too', (code) =>
    expect(answerOfChannelError(new ChannelError(code, 'why'))).toMatchObject({ status: 502, code }),
  )

  it.each(['unauthorized', 'sign_in', 'forbidden', 'read_only', 'no_controls', 'insecure'])(
    '%s is for the app to say, not for a probe',
    (code) =>
      expect(answerOfChannelError(new ChannelError(code, 'why'))).toMatchObject({
        ...{ status: 502, code: 'bad_answer', message: 'why' },
      }),
  )

  it.each(['probe', 'node', 'control'] as const)(
    'a missing %s has the status that is documented',
    (missing) => {
      const { code, status } = answerOfMissing(missing, { probeId: 'p', nodeId: 'n', control: 'c' })
      expect(statusesOf(code)).toEqual([status])
    },
  )

  it('are named by the OpenAPI document, each with its status', () => {
    const responses: Readonly<Record<string, { readonly description: string }>> = useControl.responses
    const ofEveryPath = ['unauthorized', 'insecure', 'invalid_json', 'unsupported_media_type', 'any other']
    for (const [code, status] of documented)
      if (!ofEveryPath.includes(code))
        expect([code, responses[status]?.description]).toEqual([code, expect.stringContaining(`\`${code}\``)])
  })
})
