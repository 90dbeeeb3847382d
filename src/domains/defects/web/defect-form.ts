import { z } from 'zod';

/** Words that have to be said about a defect; without them the message says which. */
export const said = (message: string) =>
  z.string().trim().min(1, message).max(1000, 'Keep it to 1,000 characters');

/** Why a defect is closed as right. */
export const whyRight = said('Say why it is right as it is');
