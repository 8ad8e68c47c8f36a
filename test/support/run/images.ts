import { execFileSync } from 'node:child_process'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Run } from './run.ts'

/** Label of the images that a run makes; its value is the run. */
export const IMAGE_LABEL = 'scope.test.run'

/** Directory of what a run makes images of; when there is none, it has made none. */
export const imagesOf = (run: Run): string => join(tmpdir(), `scopetest-${run}-image`)

const LIMIT_MS = 60_000

/**
 * Removes the images of a run from the usual Docker daemon, if that answers. Above all the stand-in for the base image must not stay in a
 * daemon that somebody uses: it has the name of a real one.
 */
export const removeImages = (run: Run): void => {
  const docker = (...args: string[]): string =>
    execFileSync('docker', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'], timeout: LIMIT_MS })
  const all = ['images', '--all', '--filter', `label=${IMAGE_LABEL}=${run}`]
  const lines = docker(...all, '--format', '{{.Repository}}:{{.Tag}} {{.ID}}')
    .split('\n')
    .filter(Boolean)
  const names = lines
    .map((line) => line.split(' '))
    .map(([name = '', id = '']) => (/<none>/.test(name) ? id : name))
  if (names.length > 0) docker('rmi', '--force', ...names)
}
