trap 'echo "ERR $? line"' ERR
false; true; (exit 3); false || true; if false; then :; fi; ! true; f() { false; }; f; f || true; echo $(false); x=$(false); echo end; trap - ERR; false
