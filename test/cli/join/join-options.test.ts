import { describe, expect, it } from 'vitest'
import { besideRunning } from '../../../src/cli/launch/beside-running.ts'
import { refuseOtherTargets } from '../../../src/cli/launch/other-targets.ts'
import { defaultOptions, type PartCommand } from '../../../src/cli/options/options.ts'
import { parseOptions } from '../../../src/cli/options/parse-options.ts'
import { probeArguments } from '../../../src/cli/options/part-arguments.ts'
import { CommandError, UsageError } from '../../../src/cli/options/usage-error.ts'

const aFile = import.meta.filename
const key = 'A'.repeat(43)
const token = `scopejoin_${'A'.repeat(92)}`

describe('options of joining', () => {
  it.each<[string[], object]>([
    [['--join=-', 'one'], { join: '-' }],
    [['--join', '-', 'one'], { join: '-' }],
    [[`--join=${aFile}`, '--join-replace', 'one'], { join: aFile, joinReplace: true }],
  ])('%j', (args, expected) => {
    expect(parseOptions('launch', args).options).toEqual({ ...defaultOptions, ...expected })
    expect(parseOptions('probe', args).options).toEqual({ ...defaultOptions, ...expected })
  })

  it('are no arguments of the probe that is started', () => {
    const { options, peers } = parseOptions('launch', ['--join=-', '--join-replace', 'one'])
    expect(probeArguments(options, peers).join(' ')).not.toContain('join')
  })

  it.each<[PartCommand, string[], RegExp]>([
    ['launch', ['--join=-'], /--join needs the address of the app/],
    ['launch', ['--join-replace', 'one'], /--join-replace says what --join may do/],
    ['launch', ['--join', '--debug', 'one'], /--join needs a value/],
    ['launch', ['--join=/no/such', 'one'], /--join: expected a file that exists/],
    ['launch', ['--join=-', `--app-key=one:4040=${key}`, 'one'], /both tell the key of the app at one:4040/],
    ['command', ['--join=-', 'one'], /unknown option --join of "scope command"/],
    ['app', ['--join=-'], /unknown option --join/],
  ])('scope %s %j is refused', (command, args, message) => {
    expect(() => parseOptions(command, args)).toThrow(UsageError)
    expect(() => parseOptions(command, args)).toThrow(message)
  })

  it.each([
    [[`--join=${token}`, 'one']],
    [['--join', token, 'one']],
    [['--join=-', 'one', token]],
    [[token]],
  ])('a token among the arguments is refused without being quoted: %#', (args) => {
    expect(() => parseOptions('launch', args)).toThrow(/^the join token must not be an argument/)
    expect(() => parseOptions('launch', args)).not.toThrow(/scopejoin_/)
  })
})

describe('a launch that joins, beside a probe that runs', () => {
  const planned = (...args: string[]) => {
    const { options, peers } = parseOptions('launch', args)
    return { args: probeArguments(options, peers), env: {} }
  }

  it('keeps what the probe was told before, but for what it is told now', () => {
    const before = planned('--probe.omit.cmd-args', '--probe.controls=none', '--no-dns', 'two', 'three')
    const now = parseOptions('launch', ['--probe-only', '--join=-', '--probe.controls=container', 'one'])
    const { options, peers } = besideRunning(now, before)
    expect(options).toEqual({
      ...defaultOptions,
      ...{ app: false, join: '-', omitCommandArguments: true, dns: false, controls: ['container'] },
    })
    expect(peers).toEqual(['http://one:4040', 'http://two:4040', 'http://three:4040'])
  })

  it('leaves the app out that a probe reports to when none is named', () => {
    const now = parseOptions('launch', ['--probe-only', '--join=-', 'one'])
    expect(besideRunning(now, planned('127.0.0.1:4040')).peers).toEqual(['http://one:4040'])
    expect(besideRunning(now, undefined).peers).toEqual(['http://one:4040'])
  })
})

describe('a launch beside a probe that runs', () => {
  const own = 'http://127.0.0.1:4040'
  const planned = (...args: string[]) => {
    const { options, peers } = parseOptions('launch', args)
    const part = (all: readonly string[]) => ({ args: probeArguments(options, all), env: {} })
    return options.app ? { app: part([]), probe: part([own, ...peers]) } : { probe: part(peers) }
  }
  const launching = (...apps: string[]) => parseOptions('launch', apps).peers

  it.each<[string, string[], string[], string | undefined]>([
    ['names no app', ['two'], [], own],
    ['names those to which it reports', ['two', 'three:1'], ['three:1', 'http://two:4040'], own],
    ['names the app beside it', [], ['127.0.0.1'], own],
    ['starts its app anew elsewhere', [], ['one'], 'http://127.0.0.1:4041'],
  ])('is no fault when it %s', (_, before, now, app) => {
    expect(() => refuseOtherTargets(launching(...now), planned(...before), app)).not.toThrow()
  })

  it.each<[string[], string[], string | undefined, string, string]>([
    [[], ['one'], own, 'http://one:4040', 'scope launch http://one:4040'],
    [['two'], ['two', 'one'], own, 'http://one:4040', 'scope launch http://two:4040 http://one:4040'],
    [
      ['--probe-only', 'two'],
      ['one', 'four'],
      undefined,
      'http://one:4040 and http://four:4040',
      'scope launch --probe-only http://two:4040 http://one:4040 http://four:4040',
    ],
  ])('launched with %j, is refused for %j', (before, now, app, others, command) => {
    const launch = () => refuseOtherTargets(launching(...now), planned(...before), app)
    expect(launch).toThrow(CommandError)
    expect(launch).toThrow(`does not report to ${others}; nothing was changed.`)
    expect(launch).toThrow(new RegExp(`scope stop && ${command}$`))
  })
})
