import { z } from 'zod';
import { rowNumber } from '../../../../platform/web/index.ts';
import { withDays } from '../../../work/index.ts';

/** The decision that stood when the form was opened; 0: none. */
const seen = z.coerce.number().int().min(0).max(2_147_483_647).optional();
const reason = z
  .string({ error: 'Say why' })
  .trim()
  .min(1, 'Say why')
  .max(500, 'Keep the reason to 500 characters');

export const deferForm = withDays({ seen, reason }, { until: 'Say until when' });
export const declineForm = z.object({ seen, reason });
export const undoForm = z.object({ decision: rowNumber });
