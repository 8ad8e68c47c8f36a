import { type ControlDescription, controlDescriptionSchema } from '../../report/control/control.ts'
import type { Control } from './control.ts'

/**
 * What a report says of a control.
 *
 * @throws {ZodError} when an app would refuse it
 */
export const describeControl = ({ run: _, ...description }: Control): ControlDescription =>
  controlDescriptionSchema.parse(description)
