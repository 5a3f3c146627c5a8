drop function consolidation.validate(text);

drop function consolidation.compare_aside(integer, consolidation.asides);

drop function consolidation.compare_books(integer, text);

drop function consolidation.compare_set_aside(integer, text);

drop function consolidation.compare_target(integer, text, consolidation.expectations[], timestamptz, boolean);

drop function consolidation.compare_rows(integer, text, consolidation.expectations[], timestamptz, boolean);

drop function consolidation.explain_changes(integer, consolidation.expectations);

drop function consolidation.compare_merged(integer, consolidation.expectations, consolidation.expectations[], timestamptz);

drop function consolidation.compare_listing(integer, consolidation.expectations, text, bigint, numeric);

drop function consolidation.note_differences(integer, text);

drop function consolidation.hash_of(text);

drop function consolidation.columns_compared(text, text, text);
