import { readFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { resolve } from 'node:path'
import { checkout } from './checkout.ts'
import { endWithCaller } from './cli/container/end-with-caller.ts'
import { describePlace, ownContainer } from './cli/container/own-container.ts'
import { type Verb, verbs } from './cli/control/verbs.ts'
import type { JoinToken } from './cli/join/join-token.ts'
import { stopAll } from './cli/launch/stop.ts'
import type { PartCommand } from './cli/options/options.ts'
import { type ParsedOptions, parseOptions } from './cli/options/parse-options.ts'
import { exitCode, UsageError } from './cli/options/usage-error.ts'
import { durationValue } from './cli/options/values.ts'
import { withLaunchLock } from './cli/parts/launch-lock.ts'
import { isStopped, partStates } from './cli/parts/parts.ts'
import type { AppStatus } from './cli/parts/state-files.ts'
import { explain, isExpected } from './cli/run/expected-error.ts'
import { type Plan, readPlan } from './cli/supervisor/plan.ts'
import { harmlessLines } from './cli/terminal/harmless.ts'
import { standardIo } from './cli/terminal/standard-io.ts'
import { MAX_INTERVAL_MS } from './report/limits.ts'
import { checkStateDir, defaultStateDir, ensureStateDir, readAppPublicKey, token } from './state/state-dir.ts'
import { version } from './version.ts'

/** Absolute, because what is launched runs elsewhere. */
const stateDirectory = () => resolve(defaultStateDir())

const print = (text: string) => process.stdout.write(`${text}\n`)
// What an app or a file says may hold characters that control the terminal.
const complain = (text: string) => process.stderr.write(`scope: ${harmlessLines(text)}\n`)

/** Runs one command and gives its exit code; what goes wrong is thrown. */
type Command = (args: readonly string[]) => Promise<number>

// What only one of them needs is loaded by that one: most commands are done in less time than loading all of it takes.
const commands: Readonly<Record<string, Command>> = {
  launch: async (args) => {
    const parsed = parsePart('launch', args)
    if (parsed.options.dryRun) return printCommandLines(parsed)
    return launchParts(parsed, async (app) => {
      const { describeLinks, makeLinks } = await import('./cli/accounts/links.ts')
      return describeLinks(await makeLinks(stateDirectory(), app))
    })
  },
  command: async (args) => printCommandLines(parsePart('command', args)),
  /** Both parts, supervised in the foreground; how the image runs. */
  run: async (args) => {
    const parsed = parsePart('launch', args)
    if (parsed.options.dryRun) return printCommandLines(parsed)
    const { runSupervised } = await import('./cli/run/run-supervised.ts')
    return runSupervised(parsed, args)
  },
  /** The supervisor in the foreground, for launches that follow; the main process of the launcher's container. */
  supervise: async (args) => {
    takesOnly('supervise', args, [])
    const { runSupervisor } = await import('./cli/container/run-supervisor.ts')
    return runSupervisor(stateDirectory())
  },
  /** The launch of `run`: its output is kept by who runs the container, so that no link that signs in may be in it. */
  begin: (args) => launchParts(parseOptions('launch', args), async () => []),
  app: async (args) => {
    const { runApp } = await import('./cli/run/run-app.ts')
    return runApp(parseOptions('app', args))
  },
  probe: async (args) => {
    const { runProbe } = await import('./cli/run/run-probe.ts')
    return runProbe(await joinFirst(parseOptions('probe', args)))
  },
  demo: async (args) => {
    const { runDemo } = await import('./cli/run/run-demo.ts')
    return runDemo(parsePart('demo', args))
  },
  stop: async (args) => {
    if (args.length > 0) return control('stop', args)
    const stateDir = stateDirectory()
    if (!(await checkStateDir(stateDir)) || isStopped(partStates(stateDir))) {
      print(`Scope is not running (state: ${stateDir})`)
      return exitCode.ok
    }
    const stopped = await withLaunchLock(stateDir, () => stopAll(stateDir))
    print(stopped.length > 0 ? `stopped: ${stopped.join(', ')}` : 'Scope was not running any more')
    return exitCode.ok
  },
  status: async (args) => {
    takesOnly('status', args, ['--json'])
    const { describeStatus, overallState, statusJson } = await import('./cli/status/describe.ts')
    const { lookAtHealth } = await import('./cli/status/health.ts')
    const { mendable } = await import('./cli/launch/mendable.ts')
    const { userOf } = await import('./cli/status/user-of.ts')
    const stateDir = stateDirectory()
    await checkStateDir(stateDir)
    const states = partStates(stateDir)
    const now = new Date()
    const health = await lookAtHealth(stateDir, states, now.getTime())
    const asJson = args.includes('--json')
    const plan = readPlan(stateDir)
    const appUser = plan.app?.user && userOf(states.app.record?.pid)
    const appKey = await readAppPublicKey(stateDir)
    const context = {
      stateDir,
      hostname: hostname(),
      appKey,
      appUser,
      mendable: mendable(plan, states),
      container: ownContainer(process.env),
      intervalMs: plannedIntervalMs(plan),
      now,
    }
    print(
      asJson
        ? JSON.stringify(statusJson(states, health, context, version), null, 2)
        : harmlessLines(describeStatus(states, health, context)),
    )
    const state = overallState(states, health)
    return state === 'running' ? exitCode.ok : exitCode[state]
  },
  /** The health check of the image. */
  healthcheck: async (args) => {
    takesOnly('healthcheck', args, [])
    const { lookAtContainer } = await import('./cli/status/container-health.ts')
    const { healthy, words } = await lookAtContainer(stateDirectory(), Date.now())
    print(harmlessLines(words))
    return healthy ? exitCode.ok : exitCode.failed
  },
  doctor: async (args) => {
    takesOnly('doctor', args, ['--json'])
    const { runDoctor } = await import('./cli/doctor.ts')
    const { text, code } = await runDoctor(stateDirectory(), version, args.includes('--json'))
    print(text)
    return code
  },
  logs: async (args) => {
    if (args.some((arg) => !['-f', '--follow'].includes(arg))) return control('logs', args)
    const stateDir = stateDirectory()
    await checkStateDir(stateDir)
    const { printLogs } = await import('./cli/logs.ts')
    return printLogs(stateDir, args.length > 0)
  },
  ...Object.fromEntries(
    verbs
      .filter((verb) => verb !== 'stop' && verb !== 'logs')
      .map((verb): [string, Command] => [verb, (args) => control(verb, args)]),
  ),
  token: async (args) => {
    if (args.includes('--join')) return printJoinLine(args)
    takesOnly('token', args, ['--link'])
    if (args.length > 0) return printLinks()
    print(await token(stateDirectory()))
    return exitCode.ok
  },
  audit: async (args) => {
    const stateDir = stateDirectory()
    await checkStateDir(stateDir)
    const { runAudit } = await import('./cli/audit/audit.ts')
    const { text, code } = runAudit(stateDir, args)
    print(text)
    return code
  },
  user: async (args) => {
    const { runUserCommand } = await import('./cli/accounts/user-command.ts')
    const terminal = { input: process.stdin, output: process.stderr }
    print(await runUserCommand(args, { stateDir: stateDirectory(), terminal, nowMs: Date.now }))
    return exitCode.ok
  },
  'forget-host': async (args) => {
    const { forgetHost } = await import('./cli/forget-host.ts')
    print(await forgetHost(stateDirectory(), args))
    return exitCode.ok
  },
  'forget-app': async (args) => {
    const { forgetApp } = await import('./cli/forget-app.ts')
    print(await forgetApp(stateDirectory(), args))
    return exitCode.ok
  },
  /** Only looks whether the arguments of another command are right; for the launcher, before it sets anything up. */
  check: async ([command, ...args]) => {
    parseOptions(command as PartCommand, args)
    return exitCode.ok
  },
  version: async () => {
    print(`scope ${version}`)
    return exitCode.ok
  },
  help: async () => {
    process.stdout.write(readFileSync(checkout.help, 'utf8'))
    return exitCode.ok
  },
}

/** Acts on what a query finds. */
async function control(verb: Verb, args: readonly string[]): Promise<number> {
  const { runControlCommand } = await import('./cli/control/command.ts')
  const { ownProcesses } = await import('./cli/control/targets/own-processes.ts')
  const stateDir = stateDirectory()
  await checkStateDir(stateDir)
  return runControlCommand(verb, args, {
    stateDir,
    io: standardIo(process),
    messages: process.stderr,
    env: process.env,
    nowMs: () => performance.now(),
    ownPids: ownProcesses(),
  })
}

/** Launches the parts that do not run. @param linksTo makes the lines of the links that sign in, each with a label */
async function launchParts(
  { options, ...parsed }: ParsedOptions,
  linksTo: (app: AppStatus) => Promise<[about: string, text: string][]>,
): Promise<number> {
  const { launch } = await import('./cli/launch/launch.ts')
  const { describeJoin } = await import('./cli/join/describe-join.ts')
  const { describeLaunch } = await import('./cli/status/describe.ts')
  const launched = await launch(stateDirectory(), { options, ...parsed }, await joinTokenFor(options))
  const links = launched.app && (await linksTo(launched.app))
  const joined = launched.joined && describeJoin(launched.joined, parsed.peers, launched.probe)
  const place = describePlace(ownContainer(process.env))
  print(harmlessLines(describeLaunch(launched, options.probe, hostname(), place, links, joined)))
  return exitCode.ok
}

function parsePart(command: PartCommand, args: readonly string[]): ParsedOptions {
  const parsed = parseOptions(command, args)
  for (const warning of parsed.warnings) complain(`warning: ${warning}`)
  return parsed
}

async function printCommandLines(parsed: ParsedOptions): Promise<number> {
  const { commandLines } = await import('./cli/launch/command-lines.ts')
  for (const line of commandLines(stateDirectory(), parsed)) print(line)
  return exitCode.ok
}

async function printJoinLine(args: readonly string[]): Promise<number> {
  const addresses = args.filter((arg) => arg !== '--join')
  const unknown = addresses.find((arg) => arg.startsWith('-'))
  if (unknown !== undefined) throw new UsageError(`"scope token --join" takes addresses only, not ${unknown}`)
  const { printJoin } = await import('./cli/join/print-join.ts')
  const { line, remarks } = await printJoin(stateDirectory(), addresses)
  print(line)
  for (const remark of remarks) complain(remark)
  return exitCode.ok
}

/** The join token that the command line asks for; undefined when it asks for none. */
async function joinTokenFor({ join }: ParsedOptions['options']): Promise<JoinToken | undefined> {
  if (join === undefined) return undefined
  const { readJoinToken } = await import('./cli/join/read-join-token.ts')
  return readJoinToken(join, { input: process.stdin, output: process.stderr })
}

/** The pause between reports of the probe that was launched. */
const plannedIntervalMs = ({ probe }: Plan): number | undefined => {
  const option = '--probe.publish.interval='
  const text = probe?.args.find((arg) => arg.startsWith(option))?.slice(option.length)
  return text === undefined ? undefined : durationValue(0, MAX_INTERVAL_MS)(text, option)
}

/** Joins, if that is asked for, before anything runs in the foreground. @returns what it was given */
async function joinFirst(parsed: ParsedOptions): Promise<ParsedOptions> {
  const token = await joinTokenFor(parsed.options)
  if (token === undefined) return parsed
  const { joinCluster } = await import('./cli/join/join-cluster.ts')
  const stateDir = stateDirectory()
  await ensureStateDir(stateDir)
  const join = { token, replace: parsed.options.joinReplace, appUrls: parsed.peers }
  const { oldKeyPath } = await joinCluster(stateDir, join, Date.now())
  if (oldKeyPath !== undefined) complain(`the old cluster key is kept in ${oldKeyPath}`)
  return parsed
}

async function printLinks(): Promise<number> {
  const { makeLinks, plannedAddresses, runningAddresses } = await import('./cli/accounts/links.ts')
  const stateDir = stateDirectory()
  await checkStateDir(stateDir)
  const running = runningAddresses(stateDir)
  const { links } = await makeLinks(stateDir, running ?? plannedAddresses(stateDir))
  for (const link of links) print(link)
  if (running === undefined) complain('the app does not run; the link works when it does, within 10 minutes')
  return exitCode.ok
}

function takesOnly(command: string, args: readonly string[], allowed: readonly string[]): void {
  const unknown = args.find((arg) => !allowed.includes(arg))
  if (unknown === undefined) return
  const what = allowed.length === 0 ? 'it takes none' : `allowed: ${allowed.join(', ')}`
  throw new UsageError(`unknown argument ${unknown} of "scope ${command}"; ${what}`)
}

async function main([name = 'help', ...args]: readonly string[]): Promise<number> {
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined
  if (command === undefined) throw new UsageError(`unknown command ${name}; "scope help" lists them`)
  return command(args)
}

endWithCaller(process.env, () => process.kill(process.pid, 'SIGTERM'))
try {
  // What still runs when a command is done (a listener of signals, an idle connection) must not keep the process.
  process.exit(await main(process.argv.slice(2)))
} catch (error) {
  complain(explain(error))
  if (!isExpected(error) && error instanceof Error) process.stderr.write(`${error.stack}\n`)
  process.exit(error instanceof UsageError ? exitCode.usage : exitCode.failed)
}
