export { ActionLink, type ActionLinkProps, ActionList, type ActionListProps } from './action-link.tsx';
export { BackLink, type BackLinkProps } from './back-link.tsx';
export { type Bar, BarChart, type BarChartProps } from './bar-chart.tsx';
export { Breadcrumb, type BreadcrumbItem, type BreadcrumbProps } from './breadcrumb.tsx';
export {
  Button,
  ButtonGroup,
  ButtonLink,
  type ButtonLinkProps,
  type ButtonProps,
  type ButtonVariant,
} from './button.tsx';
export { Card, type CardAction, type CardProps } from './card.tsx';
export { Checkboxes, type CheckboxesProps } from './checkboxes.tsx';
export type { Choice, ChoiceDivider } from './choices.tsx';
export type { Chrome, NavigationItem, NavigationSection } from './chrome.ts';
export { ContextLink, type ContextLinkProps } from './context-link.tsx';
export { type Closed, Count, CountList, counted, type Opens, opensList } from './counted.tsx';
export { CsrfField, type CsrfFieldProps } from './csrf-field.tsx';
export { DataDate, type DataDateProps } from './data-date.tsx';
export { DateInput, type DateInputProps, type DatePart } from './date-input.tsx';
export { Details, type DetailsProps } from './details.tsx';
export { EmptyState, type EmptyStateProps } from './empty-state.tsx';
export { ErrorMessage, type ErrorMessageProps } from './error-message.tsx';
export { ErrorSummary, type ErrorSummaryProps } from './error-summary.tsx';
export type { QuestionProps } from './field.tsx';
export { Fieldset, type FieldsetProps } from './fieldset.tsx';
export { FileUpload, type FileUploadProps } from './file-upload.tsx';
export { FilterBar, type FilterBarProps, type FilterInUse } from './filter-bar.tsx';
export { Heading, type HeadingLevel, type HeadingSize, PageHeading } from './heading.tsx';
export { Hint, type HintProps } from './hint.tsx';
export { renderPage, safeHref } from './html.ts';
export { InsetText, type InsetTextProps } from './inset-text.tsx';
export { KeptBanner } from './kept-banner.tsx';
export { KeptForm, type KeptFormProps } from './kept-form.tsx';
export { Label, type LabelProps } from './label.tsx';
export { NotificationBanner, type NotificationBannerProps } from './notification-banner.tsx';
export { Page, type PageProps } from './page.tsx';
export {
  type Neighbour,
  Pagination,
  type PaginationProps,
  PreviousAndNext,
  type PreviousAndNextProps,
} from './pagination.tsx';
export { PeopleCounted, type PeopleCountedProps } from './people-counted.tsx';
export { PostButton, type PostButtonProps } from './post-button.tsx';
export { Radios, type RadiosProps } from './radios.tsx';
export { Select, type SelectOption, type SelectProps } from './select.tsx';
export { SkipLink, type SkipLinkProps } from './skip-link.tsx';
export { SummaryList, type SummaryListProps, type SummaryRow } from './summary-list.tsx';
export { type Column, type SortDirection, Table, type TableProps } from './table.tsx';
export { Tag, type TagColour, type TagProps } from './tag.tsx';
export { TextInput, type TextInputProps } from './text-input.tsx';
export { Textarea, type TextareaProps } from './textarea.tsx';
export { isMissing, Value, type ValueProps } from './value.tsx';
export { WarningCallout, type WarningCalloutProps } from './warning-callout.tsx';
