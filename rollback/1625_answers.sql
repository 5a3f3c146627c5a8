drop function consolidation.decide(text, text, text, text);

drop function consolidation.decide_all(jsonb, text);

drop function consolidation.answer_question(jsonb, text);

drop function consolidation.trust_addresses();

drop function consolidation.apply_decisions();

drop function consolidation.join_person(text, uuid);

drop function consolidation.give_workspace(uuid, uuid);

drop function consolidation.give_right(text, uuid, text);

drop function consolidation.end_answers();

drop function consolidation.begin_answers();

drop function consolidation.waiting();

drop view consolidation.reject_kinds;

drop function consolidation.known_words(text);

drop view consolidation.unmapped_words;
