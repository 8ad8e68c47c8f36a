import { describe, expect, it } from 'vitest'
import {
  argumentDescriptionsSchema,
  MAX_DESCRIBED_ARGUMENTS,
} from '../../../src/report/control/control-argument.ts'

const text = { name: 'user', label: 'User', kind: 'text' }
const choice = { name: 'signal', label: 'Signal', kind: 'choice', choices: ['SIGKILL', 'SIGHUP'] }
const flag = { name: 'tty', label: 'TTY', kind: 'flag' }

describe('the arguments that a control describes', () => {
  it.each<[string, object[]]>([
    ['a text', [text]],
    ['a text that has to be given', [{ ...text, required: true }]],
    ['a text with what it is usually', [{ ...text, default: 'root', hint: 'Its name.' }]],
    ['a choice', [choice]],
    ['a choice with what it is usually', [{ ...choice, default: 'SIGHUP' }]],
    ['a flag', [flag]],
    ['a flag that is on', [{ ...flag, default: 'true' }]],
    ['several', [text, choice, flag]],
  ])('can be %s', (_name, described) => {
    expect(argumentDescriptionsSchema.parse(described)).toEqual(described)
  })

  it.each<[string, object[], (string | number)[]]>([
    ['none', [], []],
    [
      'too many',
      Array.from({ length: MAX_DESCRIBED_ARGUMENTS + 1 }, (_, i) => ({ ...text, name: `a${i}` })),
      [],
    ],
    ['two of one name', [text, { ...flag, name: 'user' }], []],
    ['a name that no argument has', [{ ...text, name: 'a b' }], [0, 'name']],
    ['no label', [{ ...text, label: '' }], [0, 'label']],
    ['a label that is too long', [{ ...text, label: 'x'.repeat(65) }], [0, 'label']],
    ['a hint that is too long', [{ ...text, hint: 'x'.repeat(257) }], [0, 'hint']],
    ['another kind', [{ ...text, kind: 'html' }], [0, 'kind']],
    ['more than is known', [{ ...text, url: 'http://evil' }], [0]],
    ['a choice without choices', [{ ...flag, kind: 'choice' }], [0, 'choices']],
    ['a choice of nothing', [{ ...choice, choices: [] }], [0, 'choices']],
    ['a choice of too many', [{ ...choice, choices: Array.from({ length: 65 }, String) }], [0, 'choices']],
    ['a choice of the same twice', [{ ...choice, choices: ['a', 'a'] }], [0, 'choices']],
    ['an empty choice', [{ ...choice, choices: [''] }], [0, 'choices', 0]],
    ['choices of a text', [{ ...text, choices: ['a'] }], [0, 'choices']],
    ['a choice that is usually another', [{ ...choice, default: 'SIGTERM' }], [0, 'default']],
    ['a flag that is neither', [{ ...flag, default: 'yes' }], [0, 'default']],
  ])('cannot have %s', (_name, described, path) => {
    expect(argumentDescriptionsSchema.safeParse(described).error?.issues[0]?.path).toEqual(path)
  })
})
