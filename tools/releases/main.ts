import { checkout } from '../../src/checkout.ts'
import { version } from '../../src/version.ts'
import { findBuilders } from './make-image.ts'
import { makeRelease } from './make-release.ts'
import { parseReleaseOptions, ReleaseUsageError, usage } from './options.ts'
import { planRelease } from './plan.ts'
import { PrepareError, prepareVersion } from './prepare.ts'
import { readCheckout } from './read-checkout.ts'
import { objections } from './readiness.ts'
import { StepError } from './run.ts'

const exitCode = { ok: 0, failed: 1, usage: 2, refused: 3, incomplete: 4 } as const

const say = (text: string): void => {
  process.stderr.write(`release: ${text}\n`)
}

const release = async (args: readonly string[]): Promise<number> => {
  const options = parseReleaseOptions(args)
  if (options.help) {
    process.stdout.write(usage)
    return exitCode.ok
  }
  if (options.prepare !== undefined) {
    const today = new Date().toISOString().slice(0, 10)
    const files = await prepareVersion(checkout.root, options.prepare, today)
    say(`wrote ${options.prepare} into ${files.join(', ')}; look at them and commit them`)
    return exitCode.ok
  }
  const own = process.arch === 'arm64' ? 'arm64' : 'x86_64'
  if (options.useInstalled && options.architectures.some((architecture) => architecture !== own))
    throw new ReleaseUsageError(`--use-installed has packages of ${own} alone: add --arch=${own}`)
  const facts = await readCheckout(checkout.root)
  const reasons = objections(facts)
  for (const reason of reasons) say(reason)
  if (reasons.length > 0) return exitCode.refused

  const builders = options.kinds.includes('image') ? await findBuilders() : {}
  const { items, impossible } = planRelease({ ...options, version }, builders)
  for (const { file, reason } of impossible) say(`${file} cannot be made here: ${reason}`)
  if (options.dryRun) for (const { file } of items) say(`would make ${file}`)
  else await makeRelease({ ...options, root: checkout.root, version, facts, items, say })
  return impossible.length > 0 ? exitCode.incomplete : exitCode.ok
}

try {
  process.exitCode = await release(process.argv.slice(2))
} catch (error) {
  if (error instanceof ReleaseUsageError) {
    say(`${error.message}\n\n${usage}`)
    process.exitCode = exitCode.usage
  } else {
    const isExpected = error instanceof StepError || error instanceof PrepareError
    say(isExpected ? error.message : String(error instanceof Error ? error.stack : error))
    process.exitCode = exitCode.failed
  }
}
