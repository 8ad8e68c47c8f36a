// The program that `scope launch` leaves in the background, and that `scope run` and `scope supervise` become:
// `supervisor STATE_DIR [run OPTION… | stay]`.
import { superviseAndExit } from './supervise-and-exit.ts'

const [, , stateDir = '', how, ...launch] = process.argv
await superviseAndExit(stateDir, how === 'run' ? { launch } : how === 'stay' ? 'stays' : undefined)
